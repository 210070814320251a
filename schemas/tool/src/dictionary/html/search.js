
"use strict";
(() => {
  const form = document.getElementById("search");
  const query = document.getElementById("query");
  const found = document.getElementById("found");
  const contents = document.querySelector(".contents");
  const text = (element) => element.textContent.toLowerCase();
  const nameOf = (group) => {
    const heading = group && group.querySelector("h3");
    return heading ? text(heading) : "";
  };
  const sections = [...document.querySelectorAll("main section")].map((section) => ({
    section,
    rows: [...section.querySelectorAll("[data-item]")].map((row) => {
      const group = row.closest("[data-group]");
      return { row, group, text: `${nameOf(group)} ${text(row)}` };
    }),
    groups: [...section.querySelectorAll("[data-group]")].map((group) => ({
      group,
      name: nameOf(group),
      text: text(group.querySelector("[data-about]")),
    })),
  }));

  const filter = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (hay) => words.every((word) => hay.includes(word));
    let count = 0;
    for (const { section, rows, groups } of sections) {
      // An entry is shown with all of its rows if its name matches.
      const whole = new Set(groups.filter((it) => matches(it.name)).map((it) => it.group));
      const shown = new Set(groups.filter((it) => matches(it.text)).map((it) => it.group));
      count += shown.size;
      for (const { row, group, text } of rows) {
        const hit = matches(text);
        row.hidden = !hit && !whole.has(group);
        if (hit) {
          shown.add(group);
          count += whole.has(group) ? 0 : 1;
        }
      }
      for (const { group } of groups) {
        group.hidden = !shown.has(group);
        // The rest of an entry is in the way if only some of its rows match.
        group.classList.toggle("partial", !whole.has(group));
      }
      for (const table of section.querySelectorAll("table")) {
        table.hidden = !table.querySelector("[data-item]:not([hidden])");
      }
      section.hidden = shown.size === 0 && words.length > 0;
    }
    found.textContent = words.length === 0 ? "" : count === 1 ? "1 match" : `${count} matches`;
  };

  const clear = () => {
    query.value = "";
    filter();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", filter);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape" && event.target === query) {
      clear();
    }
  });
  // A link to a hidden entry ends the search.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (target && target.closest("[hidden]")) {
      clear();
    }
  });
  if (window.matchMedia("(max-width: 60rem)").matches) {
    contents.open = false;
  }
  const samples = [...document.querySelectorAll(".sample")];
  let closed = [];
  window.addEventListener("beforeprint", () => {
    clear();
    closed = samples.filter((sample) => !sample.open);
    closed.forEach((sample) => { sample.open = true; });
  });
  window.addEventListener("afterprint", () => {
    closed.forEach((sample) => { sample.open = false; });
  });
})();
