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

const tell = (form, facts) => {
  const own = {};
  for (const name of ["age", "since", "messages", "writers", "members"]) {
    own[name] = read(form.elements[name]);
  }
  if (Number.isNaN(own.members)) delete own.members;
  const told = { lines: [], own };
  if ([own.age, own.since, own.messages, own.writers].some(Number.isNaN)) return told;
  const found = tellSilence(own, facts);
  told.lines.push(found.text);
  if (found.fault) return told;
  told.share = found.share;
  if (own.members > 0) {
    const quiet = Math.round(100 * (1 - own.writers / own.members));
    told.lines.push(fill(form.dataset.members, { ...facts, quiet }));
  }
  return told;
};

// the group's own curve, from its day on, and the group on it
const markGroup = (svg, told, facts, text) => {
  for (const old of svg.querySelectorAll(".own-group")) old.remove();
  const frame = svg.querySelector('g[id$="frame"]');
  if (!frame || told.share === undefined) return;
  const box = frame.getBBox();
  const place = ([day, share]) => [
    box.x + (box.width * Math.min(day, facts.last)) / facts.last,
    box.y + box.height * (1 - share),
  ];
  const points = followSilence(told.own, facts, facts.last).map(place);
  const add = (name, attributes) => {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    part.classList.add("own-group");
    svg.append(part);
    return part;
  };
  const [x, y] = points[0];
  add("path", { d: `M${points.map((at) => at.join(" ")).join("L")}`, fill: "none" });
  add("circle", { cx: x, cy: y, r: 4 });
  const right = x > box.x + box.width / 2;
  const label = add("text", { x: x + (right ? -8 : 8), y: y - 6 });
  label.setAttribute("text-anchor", right ? "end" : "start");
  label.style.fontSize = "8px";
  label.textContent = text;
};

const wrapText = (pen, line, across) => {
  const rows = [""];
  for (const piece of line.match(/\s+|[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*/g) ?? []) {
    if (pen.measureText(rows.at(-1) + piece).width > across) rows.push("");
    rows.push(rows.pop() + piece);
  }
  return rows;
};

// as cards are: the number, the sentence, the chart, the project's name
const savePicture = (svg, { headline = "", lines, stamp, name }) => {
  const copy = svg.cloneNode(true);
  const { width, height } = svg.viewBox.baseVal;
  const style = getComputedStyle(document.documentElement);
  copy.setAttribute("width", width * 2);
  copy.setAttribute("height", height * 2);
  for (const part of copy.querySelectorAll(".dimmed")) part.remove();
  for (const part of copy.querySelectorAll(".own-group")) {
    const look = { path: "fill: none; stroke: #d55e00; stroke-width: 2" };
    part.setAttribute("style", look[part.tagName] ?? "fill: #d55e00; font-size: 8px");
  }
  const text = new XMLSerializer()
    .serializeToString(copy)
    .replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const [edge, size, head] = [40, 30, headline ? 64 : 0];
    const face = getComputedStyle(svg.querySelector("text")).fontFamily;
    const setFace = (weight, pixels) => {
      pen.font = `${weight} ${pixels}px ${face}`;
    };
    setFace(400, size);
    const rows = lines.flatMap((line) => wrapText(pen, line, width * 2));
    const top = edge + head * 1.4 + rows.length * size * 1.4;
    canvas.width = width * 2 + 2 * edge;
    canvas.height = top + height * 2 + 2 * edge + size;
    const paint = (name) => {
      pen.fillStyle = style.getPropertyValue(`--chart-${name}`).trim();
    };
    paint("paper");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    paint("vermilion");
    setFace(700, head);
    if (headline) pen.fillText(headline, edge, edge + head);
    paint("ink");
    setFace(headline ? 400 : 600, size);
    const first = edge + head * 1.4 + size;
    rows.forEach((row, at) => pen.fillText(row, edge, first + at * size * 1.4));
    pen.drawImage(image, edge, top + edge / 2);
    paint("grey");
    setFace(400, size * 0.7);
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
    for (const svg of figure.querySelectorAll("svg")) {
      markGroup(svg, told, facts, form.dataset.here);
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  save.addEventListener("click", () => {
    const svg = [...figure.querySelectorAll("svg")].find((one) => one.clientWidth > 0);
    const headline = told.share === undefined
      ? "" : fill(form.dataset.number, { n: nameOf100(told.share, facts) });
    const name = "shequn-evidence-my-group.png";
    savePicture(svg, { headline, lines: told.lines, stamp: form.dataset.project, name });
  });
}

// ---- figures of chapters: their PNG is drawn in English, so another is drawn here ----

for (const link of document.querySelectorAll("a[data-stamp]")) {
  link.textContent = "PNG";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const figure = link.closest("figure");
    const lines = [figure.querySelector(".chart-title").textContent];
    const { dataset: { stamp }, download: name } = link;
    savePicture(figure.querySelector("svg"), { lines, stamp, name });
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
