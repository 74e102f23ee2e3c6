// Single keys that move, open and choose only: j and k, c, p and r, / and ?, and those of a
// page's choices, such as scores. They can be switched off.
import { suggestTo } from "./suggestions.js";

const SWITCH = "single-keys-off";
const TEXT = "textarea, select, input:not([type=checkbox], [type=radio], [type=button])";
const isOn = () => localStorage.getItem(SWITCH) === null;

// What j and k move through: the links that name the rows of a list.
const rows = () => [
  ...document.querySelectorAll("main tbody th[scope=row] a, main [data-row-link]"),
];

function move(step) {
  const links = rows().filter((link) => link.checkVisibility());
  const here = links.findIndex((link) => {
    const row = link.closest("tr, article, li") ?? link;
    return row.contains(document.activeElement);
  });
  const first = step > 0 ? 0 : links.length - 1;
  const next = links[here < 0 ? first : here + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// To a button of this page. Only Enter presses it.
const toButton = (key) => () =>
  document.querySelector(`main [data-key="${key}"]`)?.focus();

// A choice of this page that has keys of its own: "1 +" for a score.
const choiceOf = (key) =>
  [...document.querySelectorAll("main [data-keys]")].find(({ dataset }) =>
    dataset.keys.split(" ").includes(key),
  );

// The search of the page, or that of every page; on a phone a link leads to it.
function openSearch() {
  const places = document.querySelectorAll("main [type=search], #masthead-search");
  const seen = [...places].filter((place) => place.checkVisibility());
  const field = seen.find((place) => place.closest("main")) ?? seen[0];
  if (!field) document.querySelector(".masthead-search-link")?.click();
  field?.focus();
  field?.select();
}

export function readKeys(overlay) {
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    "/": openSearch,
    c: toButton("c"),
    p: toButton("p"),
    r: toButton("r"),
    "?": () => overlay.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Escape" && target.matches(TEXT) && !event.isComposing) target.blur();
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
    if (!isPlain || !isOn() || target.matches(TEXT) || overlay.open) return;
    const choice = choiceOf(key);
    if (!choice && !Object.hasOwn(acts, key)) return;
    event.preventDefault();
    if (choice) {
      choice.focus();
      choice.click();
      return;
    }
    // A page says by itself where a key leads, such as to the next task.
    const link = document.querySelector(`[data-key="${key}"][href]`);
    if (link) link.click();
    else acts[key]();
  });

  const box = overlay.querySelector("[type=checkbox]");
  box.checked = isOn();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "1");
  });
  const opener = document.querySelector("[data-opens-keys]");
  opener.hidden = false;
  opener.addEventListener("click", () => overlay.showModal());

  // A search has suggestions from when it is first used.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-suggests]:not([role=combobox])")) suggestTo(target);
  });
  const focused = document.activeElement;
  if (focused?.matches("[data-suggests]")) suggestTo(focused);
}
