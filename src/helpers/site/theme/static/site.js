// Copy buttons, and filters and sorting of the scoreboard. Pages can be read without.
"use strict";

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy");
  }
  const words = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = words), 1500);
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.addEventListener("click", () => copy(button));
}

const LETTERS = {
  S: "SUPPORTED", C: "CONTRADICTED", T: "TOO_SMALL", I: "INCONCLUSIVE",
  F: "FRAGILE", U: "UNTESTABLE", X: "UNFALSIFIABLE", A: "APART", W: "WAITING",
};

function board(table, form) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const own = new Map(rows.map((row) => [row, [...row.querySelector(".verdict-cell").childNodes]]));
  const marks = document.getElementById("board-marks").content;
  const count = form.querySelector("[data-count]");
  const field = (name) => form.elements[name].value;

  const word = (row, corpus) => (corpus ? LETTERS[row.dataset.cells[corpus]] : row.dataset.verdict);

  function show() {
    const corpus = field("corpus");
    const text = field("text").trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits =
        ["article", "theme"].every((name) => !field(name) || row.dataset[name] === field(name)) &&
        (!field("verdict") || word(row, corpus) === field("verdict")) &&
        row.cells[0].textContent.toLowerCase().includes(text);
      row.hidden = !fits;
      shown += fits;
      const mark = corpus && marks.querySelector(`.${word(row, corpus)}`);
      row.querySelector(".verdict-cell").replaceChildren(...(mark ? [mark.cloneNode(true)] : own.get(row)));
    }
    count.textContent = shown;
    remember();
  }

  function remember() {
    const kept = [...new FormData(form)].filter(([, value]) => value);
    const hash = new URLSearchParams(kept).toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  const ORDER = Object.values(LETTERS);
  function key(row, name) {
    if (name === "claim") return Number(row.dataset.claim);
    return name === "verdict" ? ORDER.indexOf(word(row, field("corpus"))) : row.dataset[name];
  }

  function sort(head) {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const name = head.dataset.sort;
    const compare = (a, b) => (key(a, name) < key(b, name) ? -1 : key(a, name) > key(b, name) ? 1 : 0);
    const tie = (a, b) => key(a, "claim") - key(b, "claim");
    rows.sort((a, b) => (down ? -1 : 1) * compare(a, b) || tie(a, b));
    body.append(...rows);
  }

  for (const head of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  }

  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  form.hidden = false;
  if (location.hash.includes("=")) show();
}

const table = document.getElementById("scoreboard");
if (table) board(table, document.getElementById("board-filter"));
