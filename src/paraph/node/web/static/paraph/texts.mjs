// Drafts and ticks are kept while somebody works. Without this the buttons of the pages do the same.
const PAUSE_MS = 3000; // long enough to finish a word, short enough to lose none

function keeper(form, url, ready) {
  let timer = 0;
  let running = false;
  let changed = false;
  async function keep() {
    if (running) return later();
    running = true;
    changed = false;
    try {
      const body = new FormData(form);
      body.delete("files");
      body.delete("given");
      const answer = await fetch(url, { method: "POST", body, redirect: "error" });
      ready(answer.status, answer.headers.get("Content-Type") === "application/json" ? await answer.json() : null);
    } catch {
      changed = true;
      ready(0, null);
      later(PAUSE_MS * 3);
    }
    running = false;
  }
  function later(ms = PAUSE_MS) {
    clearTimeout(timer);
    timer = setTimeout(keep, ms);
  }
  form.addEventListener("input", () => { changed = true; later(); });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; });
  addEventListener("pagehide", () => {
    if (!changed) return;
    const body = new FormData(form);
    body.delete("files");
    body.delete("given");
    navigator.sendBeacon(url, body);
  });
}

function say(place, ...lines) {
  place.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line, className: "govuk-body" })));
}

const draft = document.querySelector("form[data-draft]");
if (draft) {
  const status = document.querySelector("[data-draft-status]");
  const check = document.querySelector("[data-draft-check]");
  const words = status.dataset;
  let stopped = false;
  keeper(draft, draft.dataset.draft, (code, answer) => {
    if (stopped) return;
    if (code === 409) { stopped = true; status.textContent = words.conflict; return; }
    if (!answer || !answer.saved) { status.textContent = words.lost; return; }
    draft.elements.version.value = answer.version;
    status.textContent = `${words.saved} ${answer.at}`;
    const errors = Object.values(answer.errors);
    if (errors.length) say(check, words.wrong, ...errors);
    else say(check, words.right, `${words.missing} ${answer.missing}. ${words.remarks} ${answer.remarks}.`);
  });
  draft.addEventListener("input", () => { if (!stopped) status.textContent = words.unsaved; });
}

const ticks = document.querySelector("form[data-ticks]");
if (ticks) {
  const status = document.querySelector("[data-ticks-status]");
  keeper(ticks, ticks.dataset.ticks, (code, answer) => {
    status.textContent = answer && answer.saved ? `${status.dataset.saved} ${answer.at}` : status.dataset.lost;
  });
}
