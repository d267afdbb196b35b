// A file dropped on the field is the file of the form; without this script it is chosen.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const over = (is) => (event) => {
    event.preventDefault();
    zone.classList.toggle("paraph-drop--over", is);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length === 1) input.files = event.dataTransfer.files;
  });
}
