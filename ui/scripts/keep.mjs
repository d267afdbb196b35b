// Whoever changes the language of a page half way through a form finds what was entered: kept in this tab, for this address, once.
const FORM = "main form";
const KEPT = 'input:not([type="hidden"]):not([type="file"]):not([type="password"]), textarea, select';

function fields() {
  return [...document.querySelectorAll(FORM)].flatMap((form) => [...form.querySelectorAll(KEPT)]).filter((one) => one.name && one.autocomplete !== "off");
}

function key() {
  return `paraph-entered:${location.pathname}${location.search}`;
}

function keep() {
  const values = fields().map((one) => [one.name, one.type === "checkbox" || one.type === "radio" ? one.checked : one.value]);
  try {
    sessionStorage.setItem(key(), JSON.stringify(values));
  } catch {
    // No room, or not allowed: the language changes, and the form starts again.
  }
}

function restore() {
  const kept = sessionStorage.getItem(key());
  if (kept === null) return;
  sessionStorage.removeItem(key());
  const values = JSON.parse(kept);
  fields().forEach((one, index) => {
    const [name, value] = values[index] ?? [];
    if (name !== one.name) return;
    if (typeof value === "boolean") one.checked = value;
    else one.value = value;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

export function keepEntered() {
  document.querySelector(".paraph-languages")?.addEventListener("submit", keep);
  try {
    restore();
  } catch {
    // Nothing can be kept here.
  }
}
