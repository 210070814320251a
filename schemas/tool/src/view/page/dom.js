// Elements, text and formats. Text of an event becomes text of an element, never markup.

const HIDING = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]/g;

/** Characters that are invisible or change the direction of text become escapes. */
export const visible = (text) =>
  String(text).replace(HIDING, (it) => "\\u" + it.charCodeAt(0).toString(16).padStart(4, "0"));

/** An element with properties and children. Strings are text. */
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") made.className = value;
    else if (key === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((it) => it !== null && it !== undefined && it !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** A name or a value of an event. */
export const code = (text, kind = "") => el("code", { class: kind, dir: "auto" }, visible(text));

/** Words with code between backticks, as documents have them. */
export function words(text) {
  const parts = visible(text).split("`");
  if (parts.length % 2 === 0) return [visible(text)];
  return parts.map((part, at) => (at % 2 === 1 ? el("code", {}, part) : part));
}

export const number = (value) => value.toLocaleString("en-US").replaceAll(",", "\u202f");

export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1000).toFixed(1)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

export function time(milliseconds) {
  const at = new Date(milliseconds);
  const two = (value) => String(value).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Says a sentence to a screen reader. */
export const say = (text) => { byId("spoken").textContent = text; };

/** A button that copies a text and says so. */
export function copyButton(label, text, properties = {}) {
  const button = el("button", { type: "button", ...properties }, label);
  button.addEventListener("click", async () => {
    const copied = await copy(text());
    button.textContent = copied ? "Copied" : "Not copied";
    say(copied ? `${label}: copied` : `${label}: the browser did not allow it`);
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A change of state. A page names its origin, which the server checks. */
export const post = (path) => fetch(path, { method: "POST", credentials: "omit" });

export async function json(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" }, credentials: "omit" });
  return response.ok ? response.json() : null;
}
