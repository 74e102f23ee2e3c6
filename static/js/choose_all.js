// The boxes of a list. "Choose all" works without loading the page again, and a second
// press chooses none. The buttons that need a choice wait until there is one.
const boxes = () => [
  ...document.querySelectorAll('input[type="checkbox"][form="bulk"]'),
];

function count() {
  const all = boxes();
  if (!all.length) return;
  const chosen = all.filter((box) => box.checked).length;
  for (const button of document.querySelectorAll("#bulk [formaction]")) {
    button.disabled = !chosen;
  }
  const note = document.querySelector("#bulk [data-chosen]");
  const words = new Intl.NumberFormat(document.documentElement.lang || undefined);
  if (note) {
    note.textContent = note.dataset.chosen.replace("{count}", words.format(chosen));
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-choose-all]")) return;
  const all = boxes();
  if (!all.length) return;
  event.preventDefault();
  const choose = !all.every((box) => box.checked);
  for (const box of all) box.checked = choose;
  count();
});

document.addEventListener("change", ({ target }) => {
  if (target.matches('[form="bulk"]')) count();
});

// Also for a page that the browser kept with its boxes.
addEventListener("pageshow", count);
