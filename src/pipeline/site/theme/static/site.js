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

// ---- your group ----

const SVG = "http://www.w3.org/2000/svg";
const read = (field) => (field.value === "" ? NaN : Number(field.value));
const find = (value, least) => least.filter((from) => value >= from).length - 1;

const tell = (form, facts) => {
  const { age, messages, writers, members } = form.elements;
  const [days, sent, wrote, all] = [age, messages, writers, members].map(read);
  const told = { lines: [], band: -1, cell: null, days };
  if (sent >= 0) {
    told.band = find(sent, facts.bands.map((band) => band.from));
    const [a, b] = facts.bands[told.band].cells;
    const values = { a: a.mean, ar: a.next, b: b.mean, br: b.next };
    const { first, year, wait } = form.dataset;
    if (days < 28) told.lines.push(wait);
    else if (wrote !== 0 && !(days >= facts.last)) {
      told.lines.push(fill(days > facts.three_months ? year : first, values));
    }
  }
  if (wrote === 0) told.lines.push(fill(form.dataset.nobody, facts));
  if (wrote > 0 && days >= 0) {
    const row = find(wrote, facts.writers);
    const column = find(days, facts.ages);
    const cell = facts.cells.find((one) => one.row === row && one.column === column);
    told.cell = `cell${row}x${column}`;
    const { none, alone, later } = form.dataset;
    told.lines.push(cell ? fill(cell.sources === 1 ? alone : later, cell) : none);
  }
  if (wrote >= 0 && all >= Math.max(wrote, 1)) {
    const quiet = Math.round(100 * (1 - wrote / all));
    told.lines.push(fill(form.dataset.members, { ...facts, quiet }));
  }
  return told;
};

const markAge = (svg, days, last, text) => {
  for (const old of svg.querySelectorAll(".age")) old.remove();
  const frame = svg.querySelector('g[id$="frame"]');
  if (!frame || !(days >= 0)) return;
  const box = frame.getBBox();
  const x = box.x + (box.width * Math.min(days, last)) / last;
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", `M${x} ${box.y}V${box.y + box.height}`);
  const label = document.createElementNS(SVG, "text");
  label.setAttribute("x", x + (days > last / 2 ? -4 : 4));
  label.setAttribute("y", box.y + box.height - 5);
  label.setAttribute("text-anchor", days > last / 2 ? "end" : "start");
  label.style.fontSize = "8px";
  label.textContent = text;
  for (const part of [line, label]) {
    part.classList.add("age");
    svg.append(part);
  }
};

const savePicture = (svg, lines, stamp, name = "shequn-evidence-my-group.png") => {
  const copy = svg.cloneNode(true);
  const { width, height } = svg.viewBox.baseVal;
  const style = getComputedStyle(document.documentElement);
  copy.setAttribute("width", width * 2);
  copy.setAttribute("height", height * 2);
  for (const part of copy.querySelectorAll(".dimmed")) part.remove();
  for (const part of copy.querySelectorAll("path.age")) {
    part.setAttribute("style", "stroke: #d55e00; stroke-width: 1.5");
  }
  const text = new XMLSerializer()
    .serializeToString(copy)
    .replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const [edge, size] = [40, 30];
    canvas.width = width * 2 + 2 * edge;
    pen.font = `600 ${size}px sans-serif`;
    const rows = [];
    for (const line of lines) {
      let row = "";
      for (const piece of line.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*/g) ?? []) {
        if (pen.measureText(row + piece).width > width * 2) {
          rows.push(row);
          row = "";
        }
        row += piece;
      }
      rows.push(row);
    }
    const top = edge + rows.length * size * 1.4;
    canvas.height = top + height * 2 + 2 * edge + size;
    pen.fillStyle = style.getPropertyValue("--chart-paper").trim() || "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = style.getPropertyValue("--chart-ink").trim();
    pen.font = `600 ${size}px sans-serif`;
    rows.forEach((row, at) => pen.fillText(row, edge, edge + size + at * size * 1.4));
    pen.drawImage(image, edge, top + edge / 2);
    pen.font = `${size * 0.7}px sans-serif`;
    pen.fillText(stamp, edge, canvas.height - edge / 2);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = name;
    link.click();
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
};

for (const form of document.querySelectorAll("form.own")) {
  form.hidden = false;
  const facts = JSON.parse(form.dataset.facts);
  const figure = form.closest("figure");
  const save = form.elements.save;
  let told = { lines: [] };
  const show = () => {
    told = tell(form, facts);
    form.querySelector("output").textContent = told.lines.join(" ");
    save.hidden = told.lines.length === 0;
    for (const row of document.querySelectorAll("table.bands tr[data-band]")) {
      const own = Number(row.dataset.band) === told.band;
      row.classList.toggle("own-row", own);
      row.querySelector("th").dataset.here = own ? form.dataset.here : "";
    }
    for (const part of figure.querySelectorAll('g[id*="band"]')) {
      const own = part.id.includes(`band${told.band}p`);
      part.classList.toggle("dimmed", told.band >= 0 && !own);
    }
    for (const part of document.querySelectorAll('g[id*="cell"]')) {
      part.classList.toggle("here", told.cell !== null && part.id.endsWith(told.cell));
    }
    for (const svg of figure.querySelectorAll("svg")) {
      markAge(svg, told.days, facts.last, form.dataset.here);
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  save.addEventListener("click", () => {
    const svg = [...figure.querySelectorAll("svg")].find((one) => one.clientWidth > 0);
    savePicture(svg, told.lines, form.dataset.project);
  });
}

// ---- figures of chapters: their PNG is drawn in English, so another is drawn here ----

for (const link of document.querySelectorAll("a[data-stamp]")) {
  link.textContent = "PNG";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const figure = link.closest("figure");
    const title = figure.querySelector(".chart-title").textContent;
    savePicture(figure.querySelector("svg"), [title], link.dataset.stamp, link.download);
  });
}

// ---- tables: filters and order stand in the address ----

for (const form of document.querySelectorAll("[data-filters]")) {
  form.hidden = false;
  const table = form.parentElement.querySelector("table.answers");
  const rows = [...table.tBodies[0].rows];
  const fields = [...form.querySelectorAll("input, select")];
  const heads = [...table.tHead.rows[0].cells];
  const address = new URLSearchParams(location.search);
  const keep = () => {
    for (const field of fields) {
      if (field.value) address.set(field.name, field.value);
      else address.delete(field.name);
    }
    const query = address.toString();
    history.replaceState(null, "", `${query ? `?${query}` : location.pathname}`);
  };
  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const kept =
        words.every((word) => text.includes(word)) &&
        fields.every((field) => {
          const own = row.dataset[field.name];
          return field.name === "words" || !field.value || own === field.value;
        });
      row.hidden = !kept;
      n += kept;
    }
    const told = form.querySelector("output");
    told.textContent = fill(told.dataset.told, { n, all: rows.length });
  };
  const sort = (head, up) => {
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = head.dataset.key;
    const value = (row) => row.dataset[key] ?? "";
    rows.sort((a, b) => {
      const [x, y] = up ? [value(a), value(b)] : [value(b), value(a)];
      return x - y || x.localeCompare(y);
    });
    table.tBodies[0].append(...rows);
  };
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      sort(head, up);
      address.set("order", `${up ? "" : "-"}${head.dataset.key}`);
      keep();
    });
  }
  form.addEventListener("input", () => {
    filter();
    keep();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const field of fields) field.value = address.get(field.name) ?? "";
  const order = address.get("order") ?? "";
  const head = heads.find((one) => one.dataset.key === order.replace("-", ""));
  if (head) sort(head, !order.startsWith("-"));
  if (address.size > 0) filter();
}
