// The page: the stream, the filters, the keys, and the place in the address.

import { byId, bytes, copyButton, counted, el, number, post, say, visible } from "./dom.js";
import * as coverage from "./coverage.js";
import * as detail from "./detail.js";
import * as list from "./list.js";

let epoch = null;
let latest = 0;
let paused = false;
let checked = true;

// ---- the stream

const stream = new EventSource("stream");
stream.addEventListener("open", () => connection("open", "live"));
stream.addEventListener("error", () =>
  connection("lost", stream.readyState === EventSource.CLOSED ? "the view has ended" : "trying to connect"));
stream.addEventListener("message", (message) => {
  const update = JSON.parse(message.data);
  const isNew = update.epoch !== epoch;
  const found = isNew ? update.entries : update.entries.filter((it) => it.id > latest);
  epoch = update.epoch;
  latest = update.latest;
  totals(update.totals);
  if (found.length > 0 || isNew) {
    list.add(found, isNew, paused);
    list.select(chosen());
    if (list.filter.search !== "") list.search();
  }
  if (!byId("coverage-view").hidden) later();
});

function connection(state, text) {
  const shown = paused && state === "open" ? "paused" : state;
  byId("connection").dataset.state = shown;
  byId("connection-text").textContent = shown === "paused" ? "paused" : text;
}

let planned = null;
/** Coverage at most once a second. */
function later() {
  planned ??= setTimeout(() => {
    planned = null;
    coverage.refresh();
  }, 1000);
}

function totals(found) {
  checked = found.checked;
  const pair = (name, value, kind = "") => el("div", { class: kind }, el("dt", {}, name), el("dd", {}, value));
  byId("totals").replaceChildren(...[
    pair("Events", number(found.events)),
    checked ? pair("Invalid", number(found.invalid), found.invalid > 0 ? "bad" : "") : null,
    checked ? pair("Coverage", `${found.coverage} %`) : null,
    pair("Received", bytes(found.bytes), "more"),
    found.saved ? pair("Saved", counted(found.saved.lines, "envelope"), "more") : null,
  ].filter(Boolean));
  document.title = found.invalid > 0 ? `(${found.invalid} invalid) Live view` : "Live view";
  const { next, left, answered } = found.failures;
  byId("answers-state").textContent = [
    next ? `· next ${counted(left, "request")}: ${next}` : "", answered > 0 ? `· ${number(answered)} answered so` : "",
  ].filter(Boolean).join(" ");
  const forwarding = byId("forwarding");
  forwarding.hidden = !found.forwarded;
  if (found.forwarded) {
    const { to, accepted, failed, dropped } = found.forwarded;
    forwarding.replaceChildren("A copy of every envelope goes to ", el("code", {}, visible(to)),
      `: ${number(accepted)} accepted, ${number(failed)} failed, ${number(dropped)} not sent.`);
  }
  byId("local").hidden = Boolean(found.forwarded);
  const saving = byId("saving");
  saving.hidden = !found.saved?.error;
  if (found.saved?.error) saving.textContent = `The file ${visible(found.saved.file)} is not complete: ${visible(found.saved.error)}`;
  const line = `export ${found.variable}=${new URL("ingest", location.href.split("#")[0]).href}`;
  if (byId("paste").textContent !== line) byId("paste").textContent = line;
}

// ---- the place in the address

const chosen = () => {
  const found = /^#event=(\d+)$/.exec(location.hash);
  return found ? Number(found[1]) : null;
};

function current(id, is) {
  if (is) byId(id).setAttribute("aria-current", "page");
  else byId(id).removeAttribute("aria-current");
}

let before = null;
function place() {
  const isCoverage = location.hash === "#coverage";
  byId("events-view").hidden = isCoverage;
  byId("coverage-view").hidden = !isCoverage;
  current("to-events", !isCoverage);
  current("to-coverage", isCoverage);
  const id = isCoverage ? null : chosen();
  if (isCoverage) coverage.refresh();
  else detail.show(id);
  list.select(id);
  if (id === null && before !== null && !isCoverage) list.focus(before);
  before = id;
}
addEventListener("hashchange", place);

// ---- filters and buttons

const filters = { "by-event": "event", "by-session": "session", "by-verdict": "verdict" };
for (const [id, name] of Object.entries(filters)) {
  byId(id).addEventListener("change", (event) => {
    list.filter[name] = event.target.value;
    list.show();
    list.select(chosen());
  });
}
let typed = null;
byId("search").addEventListener("input", (event) => {
  clearTimeout(typed);
  const text = event.target.value.trim();
  typed = setTimeout(() => {
    list.filter.search = text;
    list.search();
  }, 120);
});
byId("tools").addEventListener("submit", (event) => event.preventDefault());

function pause() {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  byId("pause").textContent = paused ? "Resume" : "Pause";
  if (!paused) list.resume();
  list.select(chosen());
  connection(stream.readyState === EventSource.OPEN ? "open" : "lost", stream.readyState === EventSource.OPEN ? "live" : "trying to connect");
  say(paused ? "The list is paused" : "The list is live");
}
byId("pause").addEventListener("click", pause);
byId("clear").addEventListener("click", async () => {
  await post("reset");
  location.hash = "#events";
  say("The events are removed");
});
byId("failure-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [next, count, after] = ["failure", "failure-count", "failure-after"].map((id) => byId(id).value);
  const wait = ["503", "429"].includes(next) && after !== "" ? `&retry-after=${after}` : "";
  await post(`failures?next=${next}&count=${count || 1}${wait}`);
});
byId("failure-none").addEventListener("click", () => post("failures?next=none"));
byId("copy-paste").replaceWith(copyButton("Copy", () => byId("paste").textContent, { id: "copy-paste" }));

// The address stays: it names the event whose detail is open.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});

// ---- keys

const leave = () => {
  if (list.filter.search !== "" || document.activeElement === byId("search")) {
    byId("search").value = list.filter.search = "";
    list.search();
    byId("search").blur();
  } else location.hash = "#events";
};
const keys = {
  "/": () => { location.hash = location.hash === "#coverage" ? "#events" : location.hash; byId("search").focus(); },
  ArrowDown: () => list.move(1), ArrowUp: () => list.move(-1), j: () => list.move(1), k: () => list.move(-1),
  p: pause, c: () => { location.hash = "#coverage"; }, e: () => { location.hash = "#events"; },
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return leave();
  if (event.target.closest("input, select, textarea, summary, pre, .detail")) return;
  const run = keys[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

place();
list.show();
