// A button that makes a passkey or shows one. The browser's answer goes into the hidden
// field of its form, which is then sent.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
    letter.codePointAt(0),
  );

const toText = (buffer) =>
  btoa(String.fromCodePoint(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (listed) => listed?.map((each) => ({ ...each, id: toBytes(each.id) }));

// The server's options, with bytes where the browser wants bytes.
function read({ publicKey }) {
  const { challenge, user, allowCredentials, excludeCredentials } = publicKey;
  const options = { ...publicKey, challenge: toBytes(challenge) };
  if (user) options.user = { ...user, id: toBytes(user.id) };
  if (allowCredentials) options.allowCredentials = withBytes(allowCredentials);
  if (excludeCredentials) options.excludeCredentials = withBytes(excludeCredentials);
  return { publicKey: options };
}

// What the browser answered, in JSON.
function written(credential) {
  const response = {};
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData"];
  for (const part of [...parts, "signature", "userHandle"]) {
    const bytes = credential.response[part];
    if (bytes) response[part] = toText(bytes);
  }
  const { id, type } = credential;
  return JSON.stringify({
    id,
    type,
    response,
    rawId: toText(credential.rawId),
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(button) {
  const { form, dataset } = button;
  const adds = dataset.passkey === "add";
  const sent = new FormData();
  sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  if (adds) sent.set("add", "yes");
  const answer = await fetch(dataset.optionsUrl, { method: "POST", body: sent });
  if (!answer.ok) throw new Error(String(answer.status));
  const options = read(await answer.json());
  const { credentials } = navigator;
  return adds ? credentials.create(options) : credentials.get(options);
}

async function press(button) {
  const { dataset, form } = button;
  // Without its name the device would keep a passkey that is not known here.
  if (dataset.passkey === "add" && !form.checkValidity()) {
    form.submit();
    return;
  }
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  button.disabled = true;
  try {
    form.querySelector("[data-credential]").value = written(await ask(button));
    form.submit();
  } catch {
    problem.hidden = false;
    button.disabled = false;
  }
}

export function offerPasskeys() {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = !globalThis.PublicKeyCredential;
    button.addEventListener("click", () => press(button));
  }
}
