// The editor: save by itself, warn before text is lost, and move with the keyboard.
import { Autosave } from "./autosave.js";
import { receiveFiles } from "./evidence.js";
import { showLive } from "./live.js";

// Buttons that show the page again with all that was typed.
const SHOWN_AGAIN = new Set(["preview", "add", "upload", "find"]);

export function edit(form) {
  const autosave = new Autosave(form, document.getElementById("save-state"));
  let isLeaving = false;
  let isSending = false;

  // ---- Leaving ---------------------------------------------------------------------------

  addEventListener("beforeunload", (event) => {
    if (!isLeaving && autosave.isUnsaved()) event.preventDefault();
  });
  addEventListener("leaving", () => {
    isLeaving = true;
  });
  addEventListener("pageshow", () => {
    isLeaving = false;
    isSending = false;
  });

  // A link waits until what was typed is saved. If that fails, the browser asks.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || event.button || link.target) return;
    const isHere = link.pathname === location.pathname && link.hash && !link.search;
    if (isHere || link.hasAttribute("download") || !autosave.isUnsaved()) return;
    event.preventDefault();
    await autosave.save();
    location.href = link.href;
  });

  // ---- Sending the form ------------------------------------------------------------------

  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    const act = submitter?.value ?? "save";
    if (isLeaving || SHOWN_AGAIN.has(act)) {
      isLeaving = true;
      return;
    }
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    // The merged text was read: from here on it is saved like any other.
    if (form.dataset.autosave && form.dataset.conflict !== undefined) {
      autosave.isBlocked = false;
    }
    await autosave.save();
    isSending = false;
    // Without a connection the page must stay: it holds the text.
    if (autosave.lost) return;
    isLeaving = true;
    // Not at once: a form ignores what is asked of it while it is being sent.
    setTimeout(() => form.requestSubmit(submitter));
  });

  // ---- Keys ------------------------------------------------------------------------------

  const press = (act) => form.querySelector(`button.button[value="${act}"]`)?.click();

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    if (event.key === "s" || event.key === "S") {
      event.preventDefault();
      autosave.refused = null;
      autosave.save();
    } else if (event.key === "Enter") {
      event.preventDefault();
      press("save_next");
    }
  });

  // ---- The page --------------------------------------------------------------------------

  // On a phone the other texts are above the form, so they start folded.
  const isNarrow = matchMedia("(max-width: 56.24rem)").matches;
  for (const part of document.querySelectorAll("details[data-folds]")) {
    if (isNarrow) part.open = false;
    delete part.dataset.folds;
  }
  form.classList.add("is-live");
  if (form.dataset.autosave) autosave.begin();

  // Before signing out, what was typed is saved; `page.js` asks about the rest.
  document.addEventListener("staying", () => {
    isLeaving = false;
  });
  document.addEventListener("signing-out", (event) => {
    isLeaving = true;
    event.detail.push(autosave.save());
  });

  // The preview and the changes are asked for once one of them is opened.
  let live = null;
  for (const part of document.querySelectorAll("[data-live-for]")) {
    part.addEventListener("toggle", () => {
      live ??= showLive(form, autosave);
    });
  }
  if (form.querySelector("[data-evidence]")) receiveFiles(form, autosave);
}
