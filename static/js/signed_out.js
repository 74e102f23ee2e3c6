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
  const { drop, namesKept, sendAll } = await import("./editor/unsent.js");
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
