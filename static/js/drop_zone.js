// Drop a file on a form to send it, and say that it is on its way.
export function receiveSheet(form) {
  const zone = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector("[data-progress]");

  form.addEventListener("submit", () => {
    bar.hidden = !input.files.length;
  });
  // A page that the browser kept is not on its way any more.
  addEventListener("pageshow", () => {
    bar.hidden = true;
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("drop-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("drop-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("drop-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
