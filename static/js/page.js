// What every page needs: the count of characters, a sign-out that loses nothing, and
// forms that are sent once.
import { drop, namesKept, sendAll } from "./editor/unsent.js";

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
  if (note?.dataset?.limit) update(note, target);
});

// Sign-out: first save what is not saved yet, or ask. After it, reload pages that the
// browser kept, so that the next person cannot read them.
const KEY = "signed-out-at";

const hasUnsent = (person) =>
  Object.keys(localStorage).some((name) => name.startsWith(`unsent/${person}/`));

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-signs-out]")) return;
  const editor = document.getElementById("editor");
  if (editor || hasUnsent(form.dataset.person)) {
    event.preventDefault();
    if (!(await isSettled(form))) return;
    form.submit();
  }
  localStorage.setItem(KEY, String(Date.now()));
});

// Save what the page and the browser hold. If some of it cannot be saved, ask, and
// delete it only then.
async function isSettled({ dataset }) {
  const saving = [];
  document.dispatchEvent(new CustomEvent("signing-out", { detail: saving }));
  const areSaved = await Promise.all(saving);
  const left = await sendAll(dataset.person, dataset.keyUrl);
  if ((left || areSaved.includes(false)) && !confirm(dataset.unsent)) {
    document.dispatchEvent(new CustomEvent("staying"));
    return false;
  }
  for (const name of namesKept(dataset.person)) drop(dataset.person, name);
  return true;
}

addEventListener("pageshow", (event) => {
  const signedOutAt = Number(localStorage.getItem(KEY));
  if (event.persisted && signedOutAt > performance.timeOrigin) {
    document.documentElement.hidden = true;
    location.reload();
  }
});

// A form whose answer shows something once, such as a secret, is sent once: the answer
// to a second press would take the place of the first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-sends-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

addEventListener("pageshow", () => {
  const sent = document.querySelectorAll("[data-sends-once][data-sent]");
  for (const form of sent) delete form.dataset.sent;
});
