// Save the editor's text a few seconds after a change and on leaving a field. Say at
// all times whether it is saved. What could not be sent is kept in this browser.
import { askWho, fieldsOf, send } from "./server.js";
import { drop, dropOld, find, hasKept, importKey, keep } from "./unsent.js";

const AFTER_CHANGE = 3_000; // milliseconds
const AT_LATEST = 15_000;
const BEFORE_KEEPING = 400;
const BETWEEN_TRIES = 5_000;

export class Autosave {
  constructor(form, place) {
    this.form = form;
    this.place = place; // where the state is shown
    this.words = form.dataset;
    this.person = form.dataset.person;
    this.name = form.dataset.name;
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.key = null;
    // What the server has, and what it got last and did not take.
    this.saved = form.dataset.typed === undefined ? this.content() : null;
    this.refused = null;
    // A request without an answer: it may have arrived or not.
    this.lost = null;
    this.running = null;
    this.timers = {};
    this.isBlocked = form.dataset.conflict !== undefined || !form.dataset.autosave;
  }

  begin() {
    dropOld();
    this.show(this.saved === null ? "unsaved" : "saved");
    if (this.isBlocked) this.show("conflict");
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("focusout", () => this.isUnsaved() && this.save());
    this.form.addEventListener("focusin", () => this.fetchKey(), { once: true });
    if (this.form.contains(document.activeElement)) this.fetchKey();
    addEventListener("online", () => this.save());
    addEventListener("offline", () => this.isUnsaved() && this.show("offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.isUnsaved()) this.save();
    });
    if (this.saved === null && !this.isBlocked) this.changed();
    if (hasKept(this.person, this.name)) this.offerKept();
  }

  // ---- What is typed ---------------------------------------------------------------

  content() {
    const fields = fieldsOf(this.form);
    fields.delete("version");
    fields.delete("started_from");
    fields.delete("files-title");
    fields.delete("find");
    return fields.toString();
  }

  isUnsaved() {
    return this.content() !== this.saved;
  }

  changed() {
    clearTimeout(this.timers.soon);
    if (!this.isUnsaved()) return this.settled();
    if (!this.isBlocked && !this.lost) this.show("unsaved");
    this.timers.soon = setTimeout(() => this.save(), AFTER_CHANGE);
    this.timers.latest ??= setTimeout(() => this.save(), AT_LATEST);
    this.timers.keep ??= setTimeout(() => this.keepNow(), BEFORE_KEEPING);
    return undefined;
  }

  settled() {
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.timers = {};
    this.refused = null;
    drop(this.person, this.name);
    if (!this.isBlocked) this.show("saved");
  }

  // ---- Saving ----------------------------------------------------------------------

  // Resolves to whether all that is typed is saved.
  async save() {
    if (this.running) await this.running;
    if (this.isBlocked || !this.isUnsaved()) return !this.isUnsaved();
    const waits = this.isEvidenceTyped() ? "&evidence_later=on" : "";
    if (this.content() + waits === this.refused) return false;
    this.running = this.saveOnce(waits);
    try {
      await this.running;
    } finally {
      this.running = null;
    }
    return !this.isUnsaved();
  }

  // Whether the cursor is in a row of evidence: a half-typed link is none yet.
  isEvidenceTyped() {
    return document.activeElement?.closest("[data-evidence-row]") != null;
  }

  async saveOnce(waits) {
    clearTimeout(this.timers.soon);
    clearTimeout(this.timers.latest);
    delete this.timers.latest;
    this.show("saving");
    if (this.lost && !(await this.deliver(this.lost, null))) return;
    const content = this.content();
    const fields = fieldsOf(this.form);
    if (waits) fields.set("evidence_later", "on");
    await this.deliver(fields, content, waits);
  }

  async deliver(fields, content, waits = "") {
    let answer = await send(this.form.dataset.autosave, fields, this.token);
    if (answer.kind === "refused" && (await this.renew())) {
      answer = await send(this.form.dataset.autosave, fields, this.token);
      if (answer.kind === "refused") answer = { kind: "answer", status: 403, data: {} };
    }
    if (answer.kind !== "answer") {
      this.lost = answer.kind === "offline" ? fields : this.lost;
      this.unreachable(answer.kind);
      return false;
    }
    this.lost = null;
    return this.take(answer, content, waits);
  }

  take({ status, data }, content, waits) {
    if (status === 200) {
      this.adopt(data);
      if (content === null) return true;
      const isAll = data.state !== "partly" && !waits;
      if (isAll) this.saved = content;
      else this.refused = content + waits;
      this.message = data.message ?? this.message;
      if (this.isUnsaved()) {
        this.show(isAll ? "unsaved" : "told");
        if (isAll) this.changed();
        else this.keepNow();
      } else this.settled();
      return true;
    }
    this.refused = content + waits;
    this.isBlocked = data.state === "overtaken";
    this.message = data.message ?? this.words.wordsRefused;
    this.show("told", true);
    this.keepNow();
    return false;
  }

  // Go on from the version that was just saved.
  adopt(data) {
    const { form } = this;
    if (data.version) form.elements.version.value = data.version;
    // A page that opened its first part names it from now on.
    if (data.page) history.replaceState(history.state, "", data.page);
    if (!data.urls) return;
    form.elements.started_from.value = data.started_from;
    Object.assign(form.dataset, {
      autosave: data.urls.autosave,
      preview: data.urls.preview,
    });
    if (!data.is_new) return;
    form.elements.form_token?.remove();
    const before = form.getAttribute("action");
    form.action = data.urls.edit;
    for (const button of form.querySelectorAll("[formaction]")) {
      const action = button.getAttribute("formaction");
      button.setAttribute("formaction", action.replace(before, data.urls.edit));
    }
    history.replaceState(history.state, "", data.urls.edit);
  }

  unreachable(kind) {
    if (kind === "offline") this.show(this.key ? "offline" : "offline-bare", true);
    this.keepNow();
    clearTimeout(this.timers.again);
    if (!this.isBlocked) {
      this.timers.again = setTimeout(() => this.save(), BETWEEN_TRIES);
    }
  }

  // ---- The session -----------------------------------------------------------------

  // Ask for a token of this session. Whether it is still the same person's.
  async renew() {
    const who = await askWho(this.words.keyUrl).catch(() => null);
    if (who === null) {
      this.show("signed-out", true);
      return false;
    }
    if (who.person !== this.person) {
      this.isBlocked = true;
      this.show("other-person", true);
      return false;
    }
    this.token = who.token;
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) {
      field.value = who.token;
    }
    return true;
  }

  // Asked for once, and again only if the question did not arrive.
  async fetchKey() {
    this.asked ??= askWho(this.words.keyUrl).catch(() => {
      this.asked = null;
    });
    const who = await this.asked;
    if (who?.person === this.person) this.key ??= await importKey(who.key);
    return this.key;
  }

  // ---- What this browser keeps -----------------------------------------------------

  async keepNow() {
    delete this.timers.keep;
    if (!(await this.fetchKey()) || !this.isUnsaved()) return;
    const url = this.form.dataset.autosave;
    const fields = [...fieldsOf(this.form)];
    await keep(this.key, this.person, this.name, { url, fields });
    if (!this.isUnsaved()) drop(this.person, this.name);
  }

  async offerKept() {
    const key = await this.fetchKey();
    const kept = key && (await find(key, this.person, this.name));
    if (!kept || this.saved === null) return;
    const notice = document.getElementById("unsent");
    const when = notice.querySelector("[data-when]");
    const format = { dateStyle: "long", timeStyle: "short" };
    const time = new Date(kept.at).toLocaleString(document.documentElement.lang, format);
    when.textContent = when.dataset.when.replace("{time}", time);
    notice.hidden = false;
    notice.addEventListener("click", ({ target }) => {
      if (target.dataset.unsent === "delete") {
        drop(this.person, this.name);
        notice.hidden = true;
      } else if (target.dataset.unsent === "restore") this.restore(kept);
    });
  }

  // The server shows the page again with this text, as after any button that saves
  // nothing. Its version is the one that the text was based on, so that a newer text
  // is merged and never lost.
  restore({ fields }) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = this.form.getAttribute("action");
    form.enctype = this.form.enctype;
    const all = [...fields, ["act", "show"], ["csrfmiddlewaretoken", this.token]];
    for (const [name, value] of all) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      form.append(field);
    }
    form.hidden = true;
    document.body.append(form);
    form.dispatchEvent(new CustomEvent("leaving", { bubbles: true }));
    form.submit();
  }

  // ---- What is shown ---------------------------------------------------------------

  show(state, isProblem = false) {
    const key = state.replace(/(?:^|-)(\w)/g, (_all, letter) => letter.toUpperCase());
    const told = state === "told" || (state === "saved" && this.message);
    // Screen readers speak problems. "Saved" after every sentence would disturb.
    this.place.ariaLive = isProblem ? "polite" : "off";
    this.place.dataset.state = isProblem ? "problem" : state;
    this.place.textContent = told ? this.message : this.words[`words${key}`];
    this.place.hidden = false;
  }
}
