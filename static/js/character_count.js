// Counts what is typed beside the limit that is said anyway. Code points, as the server
// counts them.
function update(note, control) {
  const used = [...control.value].length;
  const limit = Number(note.dataset.limit);
  const words = new Intl.NumberFormat(document.documentElement.lang || undefined);
  note.textContent = note.dataset.count
    .replace("{used}", words.format(used))
    .replace("{limit}", words.format(limit));
  note.classList.toggle("field-limit-over", used > limit);
  // Spoken only once there is something to do about it.
  note.ariaLive = used > limit ? "polite" : "off";
}

document.addEventListener("input", ({ target }) => {
  const note = target.id && document.getElementById(`${target.id}_limit`);
  if (note?.dataset.limit) update(note, target);
});
