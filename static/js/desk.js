// A list with one open entry, for clearance and review: reasons are put together, rows
// open without loading the page again, and what was typed is not lost.
const desk = () => document.querySelector(".desk");
const typed = (form) => form?.querySelector("[name=reason]");
const forms = () => [...document.querySelectorAll("[data-reason-form]")];

// Put usual reasons and quoted words into the reason, so that they can be edited there.
function add(form, words, { isLeft = false } = {}) {
  const reason = typed(form);
  reason.value = [reason.value.trimEnd(), words].filter(Boolean).join("\n\n");
  reason.dispatchEvent(new Event("input", { bubbles: true }));
  if (!isLeft) reason.focus();
}

// The words chosen last in the text. To press the button ends the selection.
let chosen = "";

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const { anchorNode } = selection;
  const place = anchorNode?.parentElement?.closest("[data-quotable]");
  const words = place && selection.toString().trim();
  if (!words) return;
  chosen = words;
  for (const button of document.querySelectorAll("[data-quote]")) button.disabled = false;
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-quote]");
  if (button) add(button.form, button.dataset.quote.replace("{passage}", chosen));
});

// With the arrow keys a person passes by reasons that they do not want: by key, a reason
// is taken with Enter, or when the list is left.
let isByKey = false;
const isUsual = ({ target }) => target.matches?.("[data-reason-form] [name=usual]");

function take(list, options) {
  if (!list.value) return;
  const words = list.selectedOptions[0].textContent;
  list.value = "";
  add(list.form, words, options);
}

document.addEventListener("pointerdown", () => (isByKey = false));
document.addEventListener("keydown", (event) => {
  isByKey = true;
  if (event.key === "Enter" && isUsual(event)) take(event.target);
});
document.addEventListener("change", (event) => {
  if (isUsual(event) && !isByKey) take(event.target);
});
document.addEventListener("focusout", (event) => {
  if (isUsual(event)) take(event.target, { isLeft: true });
});

// Reasons that were typed and not sent, by entry. Moving to another entry keeps them.
const unsent = new Map();

document.addEventListener("input", ({ target }) => {
  const form = target.closest("[data-reason-form]");
  if (form && target === typed(form)) unsent.set(form.action, target.value);
});

let isSending = false;
document.addEventListener("submit", () => (isSending = true));

// Make the page ready: at first, and after another entry was opened in it.
function prepare() {
  for (const form of forms()) {
    form.querySelector("[data-passage]").hidden = true;
    const quote = form.querySelector("[data-quote]");
    quote.hidden = false;
    quote.disabled = true;
    const kept = unsent.get(form.action);
    if (kept) typed(form).value = kept;
  }
  chosen = "";
  // Show the open entry in the list, where the list scrolls by itself.
  const list = document.querySelector(".desk-list");
  const here = list?.querySelector("[aria-current]")?.closest("li");
  if (!here) return;
  const [row, whole] = [here, list].map((part) => part.getBoundingClientRect().top);
  list.scrollTop += row - whole - list.clientHeight / 2;
}

// A decision that is opened gets the focus, so that one more key sends it. A key that is
// held down does not.
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches(".review-act[open]")) return;
  if (document.activeElement !== target.querySelector("summary")) return;
  const first = target.querySelector("[data-first], select");
  first.focus({ preventScroll: true });
  // The bar may stay at the foot of the screen. To scroll to its place would move the text.
  const { top, bottom } = first.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) first.scrollIntoView({ block: "nearest" });
}, true);
document.addEventListener("keydown", (event) => {
  const { target, key, repeat } = event;
  if (key === "Enter" && repeat && target.matches(".review-act *")) event.preventDefault();
  const act = target.closest?.(".review-act[open]");
  if (key !== "Escape" || !act || target.matches("textarea, select")) return;
  act.open = false;
  act.querySelector("summary").focus();
});

// Open another entry in the page, where the page says that this is possible.
let opening = 0;

async function open(url) {
  const number = ++opening;
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  const text = await answer.text();
  if (number !== opening) return false;
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("[data-swaps]");
  if (!answer.ok || !fresh) return null;
  const ticked = [...desk().querySelectorAll("[name=item]:checked")].map((box) => box.value);
  desk().replaceWith(document.adoptNode(fresh));
  for (const box of desk().querySelectorAll("[name=item]")) {
    if (ticked.includes(box.value)) box.checked = true;
  }
  document.title = page.title;
  document.querySelector(".editor-head").replaceWith(page.querySelector(".editor-head"));
  document.getElementById("messages")?.replaceChildren();
  prepare();
  return true;
}

async function show(url, { isBack = false } = {}) {
  const isShown = await open(url).catch(() => null);
  if (isShown === null) location.assign(url);
  if (!isShown) return;
  if (!isBack) history.pushState({ desk: url }, "", url);
  toHeading();
}

function toHeading() {
  document.getElementById("open-entry")?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

// Whether a row leads to the entry that is on the screen already. To load that again would
// fold the decision that was begun on it.
function isOpen(link) {
  const isHere = link.matches("[aria-current]") && link.pathname === location.pathname;
  return isHere && document.getElementById("open-entry")?.checkVisibility();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-swaps] :is([data-row-link], [data-opens])");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || event.button !== 0) return;
  event.preventDefault();
  if (isOpen(link)) {
    opening += 1; // What is still on its way is not wanted any more.
    toHeading();
  } else show(link.href);
});

export function openDesk() {
  // Ask before a reason that was typed is lost with the page.
  addEventListener("beforeunload", (event) => {
    const isTyped = [...unsent.values()].some((words) => words.trim());
    if (isTyped && !isSending) event.preventDefault();
  });
  if (desk()?.matches("[data-swaps]")) {
    history.replaceState({ desk: location.href }, "");
    addEventListener("popstate", ({ state }) => {
      if (state?.desk) show(state.desk, { isBack: true });
    });
    // Loaded after a decision: say it again, for screen readers that miss the first time.
    const messages = document.getElementById("messages");
    const said = [...messages.children];
    if (said.length) requestAnimationFrame(() => messages.replaceChildren(...said));
  }
  prepare();
}
