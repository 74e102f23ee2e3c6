// Suggestions while a person types in a search: an editable combobox with a list. The
// arrows move through the list; Enter opens what is chosen, and else sends the search.
const PAUSE = 150; // ms without a key
const LEAST = 2; // characters; one of a script with many

let count = 0;

function option(suggestion, id) {
  const item = document.createElement("li");
  item.id = id;
  item.role = "option";
  item.ariaSelected = "false";
  item.dataset.url = suggestion.url;
  const parts = [
    ["code", suggestion.code],
    ["combobox-label", suggestion.label],
    ["combobox-kind", suggestion.kind],
  ];
  for (const [name, text] of parts.filter(([, text]) => text)) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    item.append(part, " ");
  }
  return item;
}

export function suggestTo(input) {
  if (input.role === "combobox") return;
  const id = `suggestions-${(count += 1)}`;
  const list = document.createElement("ul");
  list.id = id;
  list.role = "listbox";
  list.className = "combobox-list";
  list.ariaLabel = input.labels[0]?.textContent.trim() ?? "";
  list.hidden = true;
  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.role = "status";
  input.after(list, status);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.setAttribute("aria-controls", id);

  let timer, asked;
  const isOpen = () => !list.hidden;
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(item) {
    if (chosen()) chosen().ariaSelected = "false";
    if (item) item.ariaSelected = "true";
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    choose(null);
    list.hidden = true;
    input.ariaExpanded = "false";
    status.textContent = "";
  }

  function show({ suggestions, summary }) {
    const items = suggestions.map((one, place) => option(one, `${id}-${place}`));
    choose(null);
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
    input.ariaExpanded = String(isOpen());
    status.textContent = summary;
  }

  async function ask() {
    const typed = input.value.trim();
    if (typed.length < LEAST && !/[^\p{ASCII}]/u.test(typed)) return close();
    asked?.abort();
    asked = new AbortController();
    const url = `${input.dataset.suggests}?q=${encodeURIComponent(typed)}`;
    try {
      const answer = await fetch(url, { signal: asked.signal });
      // Without an answer, such as for too many requests, the search works as before.
      if (answer.ok && !answer.redirected) show(await answer.json());
      else close();
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function move(step) {
    const items = [...list.children];
    // Beyond either end is the field itself, as it was typed.
    const places = [null, ...items];
    const here = places.indexOf(chosen());
    choose(places[(here + step + places.length) % places.length]);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "ArrowDown" && !isOpen()) ask();
    else if (key === "ArrowDown" || (key === "ArrowUp" && isOpen())) {
      move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter" && chosen()) location.assign(chosen().dataset.url);
    else if (key === "Escape" && isOpen()) {
      // Only the list closes: the text stays, and so does the focus.
      event.stopPropagation();
      close();
    } else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[role=option]");
    if (item) location.assign(item.dataset.url);
  });
  if (document.activeElement === input && input.value.trim()) timer = setTimeout(ask, PAUSE);
}
