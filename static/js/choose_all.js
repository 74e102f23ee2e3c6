// "Choose all" without loading the page again; pressed once more, it chooses none.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-choose-all]");
  if (!link) return;
  const boxes = [...document.querySelectorAll('input[type="checkbox"][form="bulk"]')];
  if (!boxes.length) return;
  event.preventDefault();
  const choose = !boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = choose;
});
