// The page that verifies a report: fill in the code of a QR code, keep a mistyped code,
// and hash a file here.

// The part of an address after # is not sent to the server. Only a code is taken from
// it, and it is removed, so that the browser's history does not keep it.
const CODE = /^#[0-9A-Za-z-]{16,19}$/;

async function hashOf(content) {
  const digest = await crypto.subtle.digest("SHA-256", content);
  return [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

export function verifyReport(form) {
  const code = document.getElementById("code");

  function fillIn() {
    if (!CODE.test(location.hash)) return;
    code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    code.form.querySelector("button").focus();
  }

  fillIn();
  addEventListener("hashchange", fillIn);

  // No answer contains the code, so the tab keeps it until then: who mistyped one letter
  // need not type the others again.
  const TYPED = "verify-code";
  const typed = sessionStorage.getItem(TYPED);
  sessionStorage.removeItem(TYPED);
  if (typed && document.querySelector("[data-not-final]")) code.value = typed;
  code.form.addEventListener("submit", () => sessionStorage.setItem(TYPED, code.value));

  const file = document.getElementById("file");
  const error = document.getElementById("file-error");
  // Browsers offer it on pages with TLS alone. Without it, the form sends the file.
  const hashes = Boolean(globalThis.crypto?.subtle);

  form.querySelector("[data-sent]").hidden = hashes;
  form.querySelector("[data-hashed]").hidden = !hashes;

  // Send the hash, by a form without the file.
  function send(hash) {
    const sent = form.cloneNode(false);
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "file_sha256", value: hash });
    sent.enctype = "application/x-www-form-urlencoded";
    sent.hidden = true;
    sent.append(field);
    form.after(sent);
    sent.submit();
  }

  form.addEventListener("submit", async (event) => {
    const [chosen] = file.files;
    const isTooLarge = chosen?.size > Number(form.dataset.most);
    error.hidden = !isTooLarge;
    if (isTooLarge || (chosen && hashes)) event.preventDefault();
    if (isTooLarge) file.focus();
    if (isTooLarge || !chosen || !hashes) return;
    let content;
    try {
      content = await chosen.arrayBuffer();
    } catch {
      form.submit(); // the browser says that it cannot read the file
      return;
    }
    send(await hashOf(content));
  });
}
