// Keep text that could not be sent in this browser: one item a person and entry,
// encrypted with a key that the server gives to that person only.
import { askWho, send } from "./server.js";

const PREFIX = "unsent/";
const KEPT_FOR = 30 * 24 * 3600 * 1000; // milliseconds

const nameOf = (person, name) => `${PREFIX}${person}/${name}`;
const toText = (bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export async function importKey(text) {
  if (!text || !globalThis.crypto?.subtle) return null;
  return crypto.subtle.importKey("raw", toBytes(text), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
}

export async function keep(key, person, name, content) {
  const place = nameOf(person, name);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const about = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) };
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const data = new Uint8Array(await crypto.subtle.encrypt(about, key, plain));
  localStorage.setItem(
    place,
    JSON.stringify({ at: Date.now(), iv: toText(iv), data: toText(data) }),
  );
}

// What was kept, with the instant; none if there is nothing, or nothing readable.
export async function find(key, person, name) {
  const place = nameOf(person, name);
  const stored = localStorage.getItem(place);
  if (!stored) return null;
  try {
    const { at, iv, data } = JSON.parse(stored);
    const additionalData = new TextEncoder().encode(place);
    const about = { name: "AES-GCM", iv: toBytes(iv), additionalData };
    const plain = await crypto.subtle.decrypt(about, key, toBytes(data));
    return { at, ...JSON.parse(new TextDecoder().decode(plain)) };
  } catch {
    return null; // of another installation, or damaged: it cannot be read
  }
}

export function drop(person, name) {
  localStorage.removeItem(nameOf(person, name));
}

export function hasKept(person, name) {
  return localStorage.getItem(nameOf(person, name)) !== null;
}

export function namesKept(person) {
  const mine = nameOf(person, "");
  return Object.keys(localStorage)
    .filter((place) => place.startsWith(mine))
    .map((place) => place.slice(mine.length));
}

export function dropOld() {
  for (const place of Object.keys(localStorage)) {
    if (!place.startsWith(PREFIX)) continue;
    const { at = 0 } = JSON.parse(localStorage.getItem(place) ?? "{}");
    if (Date.now() - at > KEPT_FOR) localStorage.removeItem(place);
  }
}

// Send all that this person's browser keeps, from any page. What could not be saved
// stays. Returns how many items that is.
export async function sendAll(person, keyUrl) {
  const names = namesKept(person);
  if (!names.length) return 0;
  const who = await askWho(keyUrl).catch(() => null);
  const key = who?.person === person ? await importKey(who.key) : null;
  if (!key) return names.length;
  for (const name of names) {
    const kept = await find(key, person, name);
    if (!kept) drop(person, name);
    else if (await isSaved(kept, who.token)) drop(person, name);
  }
  return namesKept(person).length;
}

async function isSaved(kept, token) {
  const { data } = await send(kept.url, new URLSearchParams(kept.fields), token);
  return data?.state === "saved" || data?.state === "unchanged";
}
