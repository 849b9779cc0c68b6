// Switches, filters and the "your group" field. Pages stand without this; nothing typed
// leaves the page.
"use strict";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

for (const box of document.querySelectorAll("[data-switch]")) {
  box.hidden = false;
  box.addEventListener("change", (event) => {
    for (const part of box.parentElement.querySelectorAll('g[id*="reading"]')) {
      const [, own] = part.id.match(/reading(\d)p/) ?? [];
      const chosen = event.target.value;
      part.classList.toggle("dimmed", chosen !== "-1" && own !== chosen);
    }
  });
}

for (const form of document.querySelectorAll("form.own")) {
  form.hidden = false;
  const cells = JSON.parse(form.dataset.cells);
  const band = (value, least) => least.filter((from) => value >= from).length - 1;
  const show = () => {
    const { writers, age } = form.elements;
    const figure = form.closest("figure");
    for (const cell of figure.querySelectorAll(".here")) cell.classList.remove("here");
    const told = form.querySelector("output");
    told.textContent = "";
    if (!writers.value || !age.value || writers.value < 1) return;
    const row = band(Number(writers.value), [1, 3, 10, 30]);
    const column = band(Number(age.value), [0, 28, 92, 366]);
    const cell = cells.find((each) => each.row === row && each.column === column);
    told.textContent = cell ? fill(form.dataset.told, cell) : form.dataset.none;
    for (const part of figure.querySelectorAll(`g[id$="cell${row}x${column}"]`)) {
      part.classList.add("here");
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
}

for (const form of document.querySelectorAll("[data-filters]")) {
  form.hidden = false;
  const table = form.parentElement.querySelector("table.answers");
  const rows = [...table.tBodies[0].rows];
  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const kept =
        words.every((word) => text.includes(word)) &&
        ["theme", "word", "marks"].every((name) => {
          const wanted = form.elements[name]?.value;
          return !wanted || row.dataset[name] === wanted;
        });
      row.hidden = !kept;
      n += kept;
    }
    const told = form.querySelector("output");
    told.textContent = fill(told.dataset.told, { n, all: rows.length });
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = head.dataset.key;
      const value = (row) => row.dataset[key] ?? "";
      rows.sort((a, b) => {
        const [x, y] = up ? [value(a), value(b)] : [value(b), value(a)];
        return x - y || x.localeCompare(y);
      });
      table.tBodies[0].append(...rows);
    });
  }
}
