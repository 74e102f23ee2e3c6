// Show how many of the allowed characters are used, counted in code points as the
// server does.
function update(note, control) {
  const used = [...control.value].length;
  const limit = Number(note.dataset.limit);
  const words = new Intl.NumberFormat(document.documentElement.lang || undefined);
  note.textContent = note.dataset.count
    .replace("{used}", words.format(used))
    .replace("{limit}", words.format(limit));
  note.classList.toggle("field-limit-over", used > limit);
  // Screen readers speak the count only when the text is too long.
  note.ariaLive = used > limit ? "polite" : "off";
}

document.addEventListener("input", ({ target }) => {
  const note = target.id && document.getElementById(`${target.id}_limit`);
  if (note?.dataset.limit) update(note, target);
});
