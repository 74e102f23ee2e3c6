// Send the editor's fields to the server, and say what came of it.

// Not content: a token, a button, and the version that a text is based on.
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "form_token", "act"]);
const SECONDS_TO_WAIT = 20;

// The fields as they are sent, without files.
export function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!NOT_TYPED.has(name) && typeof value === "string") fields.append(name, value);
  }
  return fields;
}

// Who is signed in, their key and a fresh token. None if they signed out.
export async function askWho(url) {
  const answer = await fetch(url, {
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(SECONDS_TO_WAIT * 1000),
  });
  return answer.ok ? answer.json() : null;
}

// {kind, status, data}: kind is "answer", "offline", or "refused" where the session or
// its token is not valid any more.
export async function send(url, fields, token) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      body: fields,
      headers: { "X-CSRFToken": token },
      redirect: "manual",
      keepalive: fields.toString().length < 60_000,
      signal: AbortSignal.timeout(SECONDS_TO_WAIT * 1000),
    });
  } catch {
    return { kind: "offline" };
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) {
    return { kind: "refused" };
  }
  if ([502, 503, 504].includes(answer.status)) return { kind: "offline" };
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  return {
    kind: "answer",
    status: answer.status,
    data: isJson ? await answer.json() : {},
  };
}
