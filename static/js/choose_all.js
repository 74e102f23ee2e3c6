// Make "Choose all" work without loading the page again. A second press chooses none.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-choose-all]");
  if (!link) return;
  const boxes = [...document.querySelectorAll('input[type="checkbox"][form="bulk"]')];
  if (!boxes.length) return;
  event.preventDefault();
  const choose = !boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = choose;
});
