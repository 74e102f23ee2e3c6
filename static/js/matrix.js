// The matrix by keyboard, as a grid of one Tab stop (ARIA APG), and a panel that says in
// words what the marks of a cell show. Without this script it is a table of links.
const table = document.querySelector("table#matrix");
const panel = document.getElementById("cell-panel");

// ---- The grid ----------------------------------------------------------------------------

// Each row as its links by column: the commitment or nothing, then the members.
const isShown = (link) => link?.checkVisibility() ?? false;
const linkIn = (cell) => cell.querySelector("a");
const columnsOf = (row) => [...row.cells].filter((cell) => !cell.matches(".matrix-area"));
const grid = () =>
  [...table.rows].map((row) => columnsOf(row).map(linkIn)).filter((row) => row.some(isShown));

function enter(link) {
  for (const other of table.querySelectorAll("a[tabindex='0']")) other.tabIndex = -1;
  link.tabIndex = 0;
}

// The first link at or after a place in this direction; the row itself is kept.
function nearest(row, column, step) {
  for (let at = column; at >= 0 && at < row.length; at += step) {
    if (isShown(row[at])) return row[at];
  }
  return null;
}

// The first row of the part of the plan above or below: a page of the table.
function pageFrom(rows, here, step) {
  const part = (at) => rows[at].find(isShown).closest("tbody, thead");
  const firstOf = (at) => rows.findIndex((_row, other) => part(other) === part(at));
  if (step < 0) return firstOf(here) < here ? firstOf(here) : firstOf(Math.max(here - 1, 0));
  const next = rows.findIndex((_row, at) => at > here && part(at) !== part(here));
  return next < 0 ? rows.length - 1 : next;
}

function goal(event, rows, y, x) {
  const last = rows.length - 1;
  const below = (at) => nearest(rows[at], x, 1) ?? nearest(rows[at], x, -1);
  const isAll = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "ArrowRight": return nearest(rows[y], x + 1, 1);
    case "ArrowLeft": return nearest(rows[y], x - 1, -1);
    case "ArrowDown": return y < last ? below(y + 1) : null;
    case "ArrowUp": return y > 0 ? below(y - 1) : null;
    case "Home": return nearest(rows[isAll ? 0 : y], 0, 1);
    case "End": return nearest(rows[isAll ? last : y], rows[isAll ? last : y].length - 1, -1);
    case "PageDown": return below(pageFrom(rows, y, 1));
    case "PageUp": return below(pageFrom(rows, y, -1));
    default: return undefined;
  }
}

function move(event) {
  const link = event.target.closest("a");
  if (!link || event.altKey || event.shiftKey) return;
  if ((event.ctrlKey || event.metaKey) && !["Home", "End"].includes(event.key)) return;
  const rows = grid();
  const y = rows.findIndex((row) => row.includes(link));
  if (y < 0) return;
  const next = goal(event, rows, y, rows[y].indexOf(link));
  if (next === undefined) return;
  event.preventDefault();
  next?.focus();
}

// ---- The panel ---------------------------------------------------------------------------

const SOON = 150; // milliseconds: a pointer or a focus that only passes asks for nothing
const known = new Map();
let cell = null;
let timer = 0;

function after(act, delay = SOON) {
  clearTimeout(timer);
  timer = setTimeout(act, delay);
}

async function wordsOf(link) {
  const { pathname, search } = new URL(link.href);
  const url = `${pathname}summary/${search}`;
  if (!known.has(url)) {
    const answer = await fetch(url);
    // A session that has ended answers with the page to sign in.
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    known.set(url, await answer.text());
  }
  return known.get(url);
}

function place(link) {
  const at = link.getBoundingClientRect();
  const box = panel.getBoundingClientRect();
  const isBelow = at.bottom + box.height + 8 < innerHeight || at.top < box.height + 8;
  const top = isBelow ? at.bottom + 4 : at.top - box.height - 4;
  const left = Math.min(Math.max(at.left, 8), innerWidth - box.width - 8);
  panel.style.setProperty("top", `${Math.max(4, Math.min(top, innerHeight - box.height - 4))}px`);
  panel.style.setProperty("left", `${left}px`);
}

async function show(link) {
  if (cell === link) return;
  cell = link;
  let words;
  try {
    words = await wordsOf(link);
  } catch {
    words = null;
  }
  if (cell !== link || !isShown(link)) return;
  // From our own server, and made of the same templates as its pages.
  if (words === null) panel.textContent = table.dataset.failed;
  else panel.innerHTML = words;
  if (!panel.matches(":popover-open")) panel.showPopover();
  for (const other of table.querySelectorAll("[aria-describedby]")) {
    other.removeAttribute("aria-describedby");
  }
  link.setAttribute("aria-describedby", panel.id);
  place(link);
}

function hide() {
  clearTimeout(timer);
  cell?.removeAttribute("aria-describedby");
  cell = null;
  if (panel.matches(":popover-open")) panel.hidePopover();
}

const hidesSoon = () => after(() => {
  const kept = document.activeElement;
  if (kept === cell || panel.matches(":hover") || cell?.matches(":hover")) return;
  hide();
});

function watchPanel() {
  table.addEventListener("pointerover", ({ target, pointerType }) => {
    const link = target.closest("a.cell");
    if (link && pointerType === "mouse") after(() => show(link), 250);
  });
  for (const part of [table, panel]) part.addEventListener("pointerleave", hidesSoon);
  panel.addEventListener("pointerenter", () => clearTimeout(timer));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (!panel.matches(":popover-open")) return;
    event.preventDefault();
    hide();
  });
  addEventListener("scroll", () => cell && isShown(cell) && place(cell), { passive: true });
}

export function showMatrix() {
  table.setAttribute("role", "grid");
  for (const link of table.querySelectorAll("a")) link.tabIndex = -1;
  enter(table.querySelector("tbody a.cell") ?? table.querySelector("a"));
  table.addEventListener("keydown", move);
  table.addEventListener("focusin", ({ target }) => {
    if (!target.matches("a")) return;
    enter(target);
    if (target.matches(".cell")) after(() => show(target));
    else hide();
  });
  table.addEventListener("focusout", hidesSoon);
  watchPanel();
}
