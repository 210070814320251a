// The list of events. Rows are reused, so that a burst of events changes only the rows that are new.

import { byId, bytes, code, counted, el, json, number, time, visible } from "./dom.js";

const MOST = 500;
const rows = new Map();
const list = byId("list");
let entries = [];
let held = null;
let matches = null;
let searching = false;
let searchAgain = false;

export const filter = { event: "", session: "", verdict: "", search: "" };

/** Adds events, the latest first. While the list is paused, they wait. */
export function add(found, isNew, paused) {
  const target = paused ? (held ??= entries.slice()) : entries;
  if (isNew) target.length = 0;
  target.unshift(...found);
  target.length = Math.min(target.length, MOST);
  if (!paused) show();
  else byId("pause").textContent = `Resume (${number(waiting())} new)`;
}

const waiting = () => (held ? held.filter((it) => it.id > (entries[0]?.id ?? 0)).length : 0);

export function resume() {
  if (held) entries = held;
  held = null;
  show();
}

/** Searches in the whole events, which only the server has. */
export async function search() {
  if (filter.search === "") {
    matches = null;
    return show();
  }
  if (searching) {
    searchAgain = true;
    return;
  }
  searching = true;
  const found = await json(`events?search=${encodeURIComponent(filter.search)}`).catch(() => null);
  searching = false;
  if (filter.search !== "") matches = new Set((found?.events ?? []).map((it) => it.id));
  show();
  if (searchAgain) {
    searchAgain = false;
    setTimeout(search, 500);
  }
}

const isShown = (it) =>
  (filter.event === "" || it.name === filter.event) &&
  (filter.session === "" || it.session === filter.session) &&
  (filter.verdict === "" || it.verdict === filter.verdict) &&
  (filter.search === "" || (matches?.has(it.id) ?? true));

export function show() {
  const shown = entries.filter(isShown);
  const ids = new Set(shown.map((it) => it.id));
  const known = new Set(entries.map((it) => it.id));
  for (const [id, row] of rows) {
    if (!ids.has(id)) row.remove();
    if (!known.has(id)) rows.delete(id);
  }
  let next = list.firstChild;
  for (const entry of shown) {
    let row = rows.get(entry.id);
    if (!row) rows.set(entry.id, (row = rowOf(entry)));
    if (row === next) next = next.nextSibling;
    else list.insertBefore(row, next);
  }
  byId("empty").hidden = entries.length > 0;
  byId("tools").hidden = entries.length === 0;
  list.hidden = shown.length === 0;
  const isFiltered = Object.values(filter).some((it) => it !== "");
  byId("found").textContent = isFiltered ? `${counted(shown.length, "event")} of ${number(entries.length)} in memory` : "";
  options("by-event", "All events", entries.map((it) => it.name), filter.event);
  options("by-session", "All sessions", entries.map((it) => it.session), filter.session);
}

/** The end of a session: sessions of one product can begin with the same words. */
const short = (session) => (session.length > 12 ? `…${session.slice(-8)}` : session);

function rowOf(entry) {
  const name = entry.name === "" ? el("span", { class: "name" }, "not an envelope") : code(entry.name, "name");
  const facts = [entry.version, short(entry.session), `batch ${number(entry.request)}`, bytes(entry.bytes)];
  const link = el("a", { href: `#event=${entry.id}`, "data-id": entry.id, class: entry.verdict },
    el("span", { class: "mark" }, entry.verdict === "unchecked" ? "" : entry.verdict),
    name,
    el("time", {}, time(entry.arrived)),
    el("span", { class: "facts" }, facts.filter((it) => it !== "").map((it) => el("span", {}, visible(it)))),
    entry.first ? el("span", { class: "first" }, visible(entry.first),
      entry.mistakes > 1 ? ` and ${entry.mistakes - 1} more` : "") : null);
  return el("li", {}, link);
}

function options(id, all, values, chosen) {
  const select = byId(id);
  const names = [...new Set([...values, chosen])].filter((it) => it !== "").sort().slice(0, 200);
  const before = [...select.options].slice(1).map((it) => it.value);
  if (before.length === names.length && before.every((it, at) => it === names[at])) return;
  select.replaceChildren(el("option", { value: "" }, all), ...names.map((it) => el("option", { value: it }, visible(it))));
  select.value = chosen;
}

/** Marks the event whose detail is open. */
export function select(id) {
  for (const link of list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
  const link = rows.get(id)?.firstChild;
  link?.setAttribute("aria-current", "true");
}

/** Puts the focus on an event, after its detail was closed. */
export function focus(id) {
  rows.get(id)?.firstChild.focus({ preventScroll: true });
}

/** Moves the focus by rows, and opens the event. */
export function move(by) {
  const links = [...list.querySelectorAll("a")];
  if (links.length === 0) return;
  const focused = links.indexOf(document.activeElement);
  const at = focused >= 0 ? focused : links.findIndex((it) => it.hasAttribute("aria-current"));
  const link = links[Math.max(0, Math.min(links.length - 1, at + by))];
  link.focus();
  link.scrollIntoView({ block: "nearest" });
  location.replace(link.getAttribute("href"));
}
