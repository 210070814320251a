// Coverage: what occurred, what did not, and how values are spread.

import { byId, code, counted, el, json, number, visible } from "./dom.js";

const panel = byId("covered");
const opened = new Set();
let last = "";

export async function refresh() {
  const found = await json("coverage").catch(() => null);
  const text = JSON.stringify(found);
  if (!found || text === last) return;
  last = text;
  const events = found.coverage;
  if (events.length === 0) {
    panel.replaceChildren(el("p", { class: "nothing" }, "There is no document. Start the view with --registry FILE."));
    return;
  }
  const focused = document.activeElement?.id;
  panel.replaceChildren(
    el("p", { class: "lead" }, `${found.percent} % of the fields and values of current events occurred.`),
    ...events.map(event));
  if (focused) byId(focused)?.focus();
}

function bar(share, label, kind = "") {
  const fill = el("span", { class: `fill ${kind}` });
  fill.style.width = `${Math.round(share * 1000) / 10}%`;
  return el("span", { class: "bar", role: "img", "aria-label": label }, fill);
}

const percent = (part, whole) => (whole === 0 ? "0 %" : `${Math.round((part / whole) * 100)} %`);

function event(found) {
  const seen = found.fields.filter((it) => it.seen > 0).length;
  const id = `coverage-${found.event}-${found.version}`.replace(/[^\w.-]/g, "_");
  const details = el("details", { class: "covered", open: opened.has(id) || found.events > 0 },
    el("summary", { id },
      el("span", { class: "name" }, code(found.event), ` ${found.version}`),
      el("span", { class: "count" }, found.events === 0 ? "did not occur" : counted(found.events, "event"),
        found.invalid > 0 ? el("span", { class: "bad" }, `${number(found.invalid)} invalid`) : null),
      bar(found.fields.length ? seen / found.fields.length : 1, `${seen} of ${found.fields.length} fields occurred`),
      el("span", { class: "share" }, `${seen} / ${found.fields.length} fields`)));
  details.addEventListener("toggle", () => (details.open ? opened.add(id) : opened.delete(id)));
  const hints = found.alwaysSentinel;
  if (hints.length > 0) details.append(el("ul", { class: "hints" }, hints.map((it) => el("li", {}, visible(it)))));
  details.append(el("table", { class: "spread", role: "table" },
    el("caption", { class: "hidden" }, "How often each field occurred"),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
      ["Field", "Occurred", "Sentinel", "Values"].map((it) => el("th", { scope: "col", role: "columnheader" }, it)))),
    el("tbody", { role: "rowgroup" }, found.fields.map((it) => field(it, found.events)))));
  return details;
}

function field(found, events) {
  const nested = found.field.includes("/");
  const whole = nested ? Math.max(found.seen, 1) : Math.max(events, 1);
  // Values that the product does not declare are of interest only if they occurred.
  const counts = Object.entries(found.values ?? {}).filter(([value, count]) =>
    count > 0 || found.kind === "boolean" || found.unseen.includes(value));
  const most = Math.max(1, ...counts.map(([, count]) => count));
  return el("tr", { role: "row", class: found.seen === 0 ? "unseen" : "" },
    el("th", { scope: "row", role: "rowheader" }, code(found.field)),
    el("td", { role: "cell", "data-name": "Occurred" }, bar(Math.min(1, found.seen / whole), `occurred ${found.seen} times`),
      el("span", { class: "share" }, number(found.seen))),
    el("td", { role: "cell", "data-name": "Sentinel" }, found.seen > 0 ? [
      bar(found.sentinel / found.seen, `sentinel in ${percent(found.sentinel, found.seen)}`, "grey"),
      el("span", { class: "share" }, percent(found.sentinel, found.seen))] : null),
    el("td", { role: "cell", "data-name": "Values" }, counts.length > 0 ? el("ul", { class: "counts" }, counts.map(([value, count]) =>
      el("li", { class: count === 0 ? "never" : "" }, code(value),
        bar(count / most, `${count} times`), el("span", { class: "share" }, count === 0 ? "never" : number(count))))) : null));
}
