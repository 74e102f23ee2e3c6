// The clearance page: reasons are put together, and the list shows the open entry.

// Put usual reasons and quoted words into the reason, so that they can be edited there.
const reason = document.getElementById("back_reason");
const usual = document.getElementById("back_usual");
const quote = document.querySelector("[data-quote]");
const quotable = document.querySelector("[data-quotable]");

function add(words) {
  reason.value = [reason.value.trimEnd(), words].filter(Boolean).join("\n\n");
  reason.dispatchEvent(new Event("input", { bubbles: true }));
}

// The words chosen last in the text. To press the button ends the selection.
let chosen = "";

function keepChosen() {
  const selection = getSelection();
  if (!selection.rangeCount || !quotable.contains(selection.anchorNode)) return;
  const words = selection.toString().trim();
  if (words) chosen = words;
  quote.disabled = !chosen;
}

if (reason) {
  document.querySelector("[data-passage]").hidden = true;
  quote.hidden = false;
  quote.disabled = true;
  document.addEventListener("selectionchange", keepChosen);
  quote.addEventListener("click", () => {
    add(quote.dataset.quote.replace("{passage}", chosen));
    reason.focus();
  });
  usual.addEventListener("change", () => {
    if (!usual.value) return;
    add(usual.selectedOptions[0].textContent);
    usual.value = "";
    reason.focus();
  });
}

// Ask before a reason is lost that was typed and not sent.
let isSending = false;
document.addEventListener("submit", () => (isSending = true));
addEventListener("beforeunload", (event) => {
  const isTyped = reason && reason.value !== reason.defaultValue;
  if (isTyped && !isSending) event.preventDefault();
});

// Show the open entry in the list, where the list scrolls by itself.
const list = document.querySelector(".desk-list");
const here = list?.querySelector("[aria-current]")?.closest("li");
if (here) list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 2;
