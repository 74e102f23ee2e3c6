// The slider of the clock control moves its date field, and the field moves the slider.

const DAY = 24 * 60 * 60 * 1000;
const MONTH = 30;
const format = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
  dateStyle: "long",
  timeZone: "UTC",
});

const dayOf = (slider) => new Date(Date.parse(slider.dataset.first) + slider.value * DAY);

const say = (slider) => slider.setAttribute("aria-valuetext", format.format(dayOf(slider)));

function moved(slider) {
  const field = document.getElementById(slider.dataset.moves);
  field.value = dayOf(slider).toISOString().slice(0, 10);
  say(slider);
}

function followed(field) {
  const slider = document.querySelector(`[data-moves="${field.id}"]`);
  if (!slider || !field.value) return;
  slider.value = Math.round((Date.parse(field.value) - Date.parse(slider.dataset.first)) / DAY);
  say(slider);
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset.moves) moved(target);
  else if (target.type === "date") followed(target);
});

// The browser's own step of these keys is a tenth of all the years.
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const months = { PageUp: 1, PageDown: -1 }[key];
  if (!target.dataset?.moves || !months) return;
  event.preventDefault();
  target.value = Number(target.value) + months * MONTH;
  moved(target);
});

// Whatever was moved before this module was loaded.
for (const slider of document.querySelectorAll("[data-moves]")) {
  if (slider.value !== slider.getAttribute("value")) moved(slider);
}
