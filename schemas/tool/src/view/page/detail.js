// One event: what is wrong, what changed, and each field with its description.

import { byId, bytes, code, copyButton, counted, el, json, number, time, visible, words } from "./dom.js";

const panel = byId("detail");
let open = null;
let scrolled = 0;

/** Shows an event; `null` shows none. */
export async function show(id) {
  // On a phone the detail takes the place of the list.
  const place = id === null ? scrolled : 0;
  if (open === null) scrolled = scrollY;
  const moves = (open === null) !== (id === null);
  open = id;
  document.body.classList.toggle("has-detail", id !== null);
  if (moves) scrollTo(0, place);
  if (id !== null && document.activeElement === document.body) panel.focus({ preventScroll: true });
  if (id === null) {
    panel.replaceChildren(el("p", { class: "nothing" }, "Choose an event to see its fields."));
    return;
  }
  const found = await json(`events/${id}`).catch(() => null);
  if (open !== id) return;
  panel.scrollTop = 0;
  if (!found) {
    panel.replaceChildren(back(), el("p", { class: "nothing" }, `Event ${number(id)} is no longer in memory.`));
    return;
  }
  panel.replaceChildren(...content(found));
}

const back = () => el("a", { class: "back", href: "#events" }, "Back to the list");

function content(event) {
  const title = event.name === "" ? "A request that is not an envelope" : event.name;
  const verdict = event.verdict === "unchecked" ? "not checked: there is no document" : event.verdict;
  const found = [
    back(),
    el("header", {},
      el("h2", {}, event.name === "" ? title : code(title)),
      el("span", { class: `chip ${event.verdict}` }, verdict)),
  ];
  if (event.description) found.push(el("p", { class: "about" }, words(event.description)));
  found.push(facts(event));
  if (event.errors.length > 0) found.push(errors(event.errors));
  if (event.fixture) found.push(actions(event));
  if (event.changes?.length > 0) found.push(changes(event));
  if (event.rows?.length > 0) found.push(fields(event));
  if (event.envelope?.length > 0) found.push(envelope(event));
  return found;
}

function facts(event) {
  const pairs = [
    ["Version", event.version], ["Recorded", event.recorded], ["Arrived", time(event.arrived)],
    ["Session", event.session], ["Batch", number(event.request)], ["Size", bytes(event.bytes)],
    ["Document", event.document],
    ...(event.facts ?? []).filter(([name]) => ["Limit", "Owner", "Declared"].includes(name)),
  ].filter(([, value]) => value);
  return el("dl", { class: "about-event" }, pairs.map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", { dir: "auto" }, visible(value)))));
}

function errors(list) {
  return el("section", { class: "errors", "aria-labelledby": "errors-title" },
    el("h3", { id: "errors-title" }, counted(list.length, "mistake")),
    el("ul", {}, list.map((it) => el("li", {},
      it.pointer ? code(it.pointer, "pointer") : null,
      el("p", {}, visible(it.wrong), it.count > 1 ? ` (${number(it.count)} times)` : ""),
      el("p", { class: "rule" }, `${it.rule}: ${it.title}`)))));
}

function actions(event) {
  const link = () => location.href.split("#")[0] + `#event=${event.id}`;
  return el("div", { class: "actions", role: "group", "aria-label": "Copy" },
    copyButton("Copy fixture", () => event.fixture, { id: "copy-fixture" }),
    event.rust ? copyButton("Copy Rust", () => event.rust, { id: "copy-rust" }) : null,
    copyButton("Copy curl", () => event.curl, { id: "copy-curl" }),
    copyButton("Copy link", link, { id: "copy-link" }));
}

function changes(event) {
  const value = (text, kind) => (text === null ? el("span", { class: "none" }, "nothing") : code(text, kind));
  return el("section", { class: "changes", "aria-labelledby": "changes-title" },
    el("h3", { id: "changes-title" }, "Changed since ",
      el("a", { href: `#event=${event.previous}` }, `event ${number(event.previous)}`)),
    el("dl", {}, event.changes.map((it) => el("div", {},
      el("dt", {}, code(it.pointer === "" ? "parameters" : it.pointer.slice(1))),
      el("dd", {}, value(it.before, "old"), el("span", { class: "arrow" }, " → "), value(it.after, "new"))))));
}

const STATES = { sentinel: "sentinel", missing: "missing", absent: "absent", unknown: "not in the document" };

function fields(event) {
  const changed = new Set((event.changes ?? []).map((it) => it.pointer.split("/")[1]));
  return el("section", { "aria-labelledby": "fields-title" },
    el("h3", { id: "fields-title" }, "Fields"),
    el("table", { class: "fields", role: "table" },
      el("caption", { class: "hidden" }, "Fields with their values and descriptions"),
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
        ["Field", "Value", "Meaning"].map((it) => el("th", { scope: "col", role: "columnheader" }, it)))),
      el("tbody", { role: "rowgroup" }, event.rows.map((row) => field(row, event.errors, changed)))));
}

function field(row, errors, changed) {
  const isWrong = row.errors.length > 0;
  const kinds = [row.state, isWrong ? "wrong" : "", row.depth > 1 ? "part" : ""].join(" ");
  const values = row.values.length === 0 ? el("span", { class: "none" }, "no value")
    : el("div", { class: "values" }, row.values.map((it) => code(it)));
  const notes = [STATES[row.state], changed.has(row.field) ? "changed" : null, ...(row.marks ?? [])].filter(Boolean);
  const pairs = [["Type", row.type], ...(row.facts ?? [])].filter(([, value]) => value);
  return el("tr", { role: "row", class: kinds },
    el("th", { scope: "row", role: "rowheader" }, code(row.field)),
    el("td", { role: "cell" }, values,
      notes.length > 0 ? el("p", { class: "notes" }, notes.map((it) => el("span", {}, visible(it)))) : null,
      row.errors.map((at) => el("p", { class: "wrong-text" }, visible(errors[at].wrong)))),
    el("td", { role: "cell" },
      row.description ? el("p", {}, words(row.description)) : null,
      pairs.length > 0 ? el("p", { class: "type" }, pairs.map(([name, value]) => el("span", {}, `${name}: ${visible(value)}`))) : null,
      (row.purpose ?? []).length > 0 ? el("dl", { class: "purpose" }, row.purpose.map(([name, value]) => el("div", {
        class: name === "Privacy class" && value === "free text" ? "free" : "" },
        el("dt", {}, name), el("dd", {}, words(value))))) : null));
}

function envelope(event) {
  return el("details", { class: "envelope" },
    el("summary", {}, "Envelope"),
    el("dl", {}, event.envelope.map(([name, value]) =>
      el("div", {}, el("dt", {}, code(name)), el("dd", {}, code(value))))));
}
