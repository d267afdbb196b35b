// A page that waits: asks every few seconds whether the dossier has changed, and loads itself again when it has.
// Without this script the page is loaded again by its own header.

const EVERY_MS = 2000;
const line = document.querySelector("[data-waiting]");

async function look() {
  try {
    const answer = await fetch(line.dataset.waiting, { headers: { Accept: "application/json" }, redirect: "error" });
    if (answer.ok && (await answer.json()).mark !== line.dataset.mark) {
      const says = line.querySelector("[data-waiting-says]");
      if (says) says.hidden = false;
      location.reload();
      return;
    }
  } catch {
    // the network comes back; the header loads the page again anyway
  }
  setTimeout(look, EVERY_MS);
}

if (line) setTimeout(look, EVERY_MS);
