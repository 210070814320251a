
"use strict";
(() => {
  const form = document.getElementById("search");
  const query = document.getElementById("query");
  const found = document.getElementById("found");
  const contents = document.querySelector(".contents");
  const text = (element) => element.textContent.toLowerCase();
  const groups = [...document.querySelectorAll("main section")].map((section) => ({
    section,
    rows: [...section.querySelectorAll("[data-item]")].map((row) => ({
      row,
      text: text(row),
      group: row.closest("[data-group]"),
    })),
    abouts: [...section.querySelectorAll("[data-about]")].map((about) => ({
      group: about.closest("[data-group]"),
      text: text(about),
    })),
  }));

  const filter = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (hay) => words.every((word) => hay.includes(word));
    let rows = 0;
    let entries = 0;
    for (const { section, rows: items, abouts } of groups) {
      const whole = new Set();
      for (const about of abouts) {
        if (matches(about.text)) {
          whole.add(about.group);
        }
      }
      const shown = new Set(whole);
      let visible = false;
      for (const item of items) {
        const hit = matches(item.text);
        const show = hit || whole.has(item.group);
        item.row.hidden = !show;
        if (show) {
          visible = true;
          shown.add(item.group);
        }
        rows += hit ? 1 : 0;
      }
      for (const { group } of abouts) {
        group.hidden = !shown.has(group);
        // The rest of an entry is in the way when only a few of its rows match.
        group.classList.toggle("partial", words.length > 0 && !whole.has(group));
      }
      for (const table of section.querySelectorAll("table")) {
        table.hidden = !table.querySelector("[data-item]:not([hidden])");
      }
      section.hidden = words.length > 0 && !visible && whole.size === 0;
      entries += whole.size;
    }
    const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    found.textContent = words.length === 0
      ? ""
      : `${count(rows, "row", "rows")} and ${count(entries, "entry", "entries")} found`;
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
