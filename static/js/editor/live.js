// Show the preview and the changes while the text is typed, if their parts are open.
import { fieldsOf } from "./server.js";

const AFTER_CHANGE = 700; // milliseconds

export function showLive(form, autosave) {
  const parts = [...document.querySelectorAll("[data-live-for]")];
  let timer = null;
  let asking = null;

  async function refresh() {
    if (!parts.some((part) => part.open)) return;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST",
        body: fieldsOf(form),
        headers: { "X-CSRFToken": autosave.token },
        redirect: "manual",
        signal: asking.signal,
      });
      if (answer.ok) put(await answer.text());
    } catch {
      // The connection is lost, or a newer request took over: the next change asks.
    }
  }

  function put(html) {
    const shown = new DOMParser().parseFromString(html, "text/html");
    for (const part of parts) {
      const fresh = shown.querySelector(`[data-live="${part.dataset.liveFor}"]`);
      if (fresh) part.querySelector("div").replaceWith(document.adoptNode(fresh));
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, AFTER_CHANGE);
  }

  for (const part of parts) part.addEventListener("toggle", refresh);
  form.addEventListener("input", soon);
  refresh();
}
