// Evidence by dropping or pasting files and links, with the progress of an upload.
const WEB = /^https?:\/\/\S+$/i;

export function receiveFiles(form, autosave) {
  let isPlain = false;
  const section = () => form.querySelector("[data-evidence]");

  // Press a button of the section without loading the page: its answer holds the section.
  function refresh(act, files = []) {
    const data = new FormData(form);
    data.delete("form_token");
    data.set("act", act);
    data.set("csrfmiddlewaretoken", autosave.token);
    for (const file of files) data.append("files", file);
    const bar = section().querySelector("[data-progress]");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "document";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.hidden = !files.length && !form.elements.files.files.length;
      bar.querySelector("progress").value = total ? loaded / total : 0;
    });
    request.addEventListener("load", () => put(request.response, act));
    request.addEventListener("error", () => {
      bar.hidden = true;
      autosave.show("offline-bare", true);
    });
    request.send(data);
  }

  function put(page, act) {
    const fresh = page?.querySelector("[data-evidence]");
    if (!fresh) {
      isPlain = true; // show what the server says
      return form.requestSubmit(form.querySelector(`button[value="${act}"]`));
    }
    section().replaceWith(document.adoptNode(fresh));
    const rows = section().querySelectorAll("[data-evidence-row]");
    const focus = {
      add: rows[rows.length - 1]?.querySelector("input[type=text]"),
      find: section().querySelector("[name=find]"),
      upload: section().querySelector("#files"),
    };
    focus[act]?.focus();
    autosave.changed();
    return undefined;
  }

  function putLink(link) {
    for (const row of section().querySelectorAll("[data-evidence-row]")) {
      const [title, url] = ["title", "url"].map((name) =>
        row.querySelector(`input[name$="-${name}"]`),
      );
      if (!url || title.value || url.value) continue;
      url.value = link;
      title.focus();
      autosave.changed();
      return;
    }
  }

  function take(data) {
    if (data.files.length) refresh("upload", data.files);
    else {
      const link = (data.getData("text/uri-list") || data.getData("text")).trim();
      if (!WEB.test(link)) return false;
      putLink(link.split(/\s/)[0]);
    }
    return true;
  }

  const refreshInstead = (event) => {
    const act = event.submitter?.value;
    if (isPlain || !["add", "upload", "find"].includes(act)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    refresh(act);
  };
  form.addEventListener("submit", refreshInstead, { capture: true });
  form.addEventListener("change", ({ target }) => {
    if (target.id === "files" && target.files.length) refresh("upload");
  });
  form.addEventListener("dragover", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("drop-over");
  });
  form.addEventListener("dragleave", ({ target }) => {
    target.closest?.("[data-drop]")?.classList.remove("drop-over");
  });
  form.addEventListener("drop", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("drop-over");
    take(event.dataTransfer);
  });
  // Files are pasted anywhere in the form; links only where no text is typed.
  form.addEventListener("paste", (event) => {
    const isText = event.target.matches("textarea, input[type=text], input[type=url]");
    const { files } = event.clipboardData;
    const hasOnlyFiles = files.length && !event.clipboardData.getData("text");
    if ((hasOnlyFiles || !isText) && take(event.clipboardData)) event.preventDefault();
  });
}
