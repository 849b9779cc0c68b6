// Copy buttons, and the search among claims. Pages can be read without.
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

// Words as a search compares them: width, case, dashes, numerals and synonyms folded.
function folder({ phrases, same, skip }) {
  const told = Object.entries(phrases).sort(([a], [b]) => b.length - a.length);
  const one = new Map(same.flatMap((words) => words.map((word) => [word, words[0]])));
  const chinese = [...one].filter(([word]) => /[\u3400-\u9fff]/.test(word));
  const spelled = (phrase) => (/^\w/.test(phrase) ? new RegExp(`\\b${phrase}\\b`, "g") : phrase);
  const replacements = [
    ...told.map(([phrase, words]) => [spelled(phrase), words]),
    ...chinese.sort(([a], [b]) => b.length - a.length).map(([word, first]) => [word, ` ${first} `]),
  ];
  const single = (word) => (/^[a-z]{4,}s$/.test(word) && !word.endsWith("ss") ? word.slice(0, -1) : word);
  return (text) => {
    let folded = text.normalize("NFKC").toLowerCase().replace(/[\u2010-\u2015\u2212~～]/g, "-");
    folded = folded.replace(/(\d)[\s,]+(?=\d{3}\b)/g, "$1").replace(/[’']s\b/g, "");
    for (const [from, to] of replacements) folded = folded.replaceAll(from, to);
    folded = folded.replace(/(?<=[\u3400-\u9fff])(?=[^\u3400-\u9fff])|(?<=[^\u3400-\u9fff])(?=[\u3400-\u9fff])/gu, " ");
    const words = folded.split(/[^\p{L}\p{N}-]+/u).map((word) => single(one.get(word) ?? word));
    return words.filter((word) => word && word !== "-" && !skip.includes(word));
  };
}

function claims(form) {
  const fold = folder(JSON.parse(document.getElementById("folding").textContent));
  const sections = [...document.querySelectorAll("section.claims")];
  const tabs = [...document.querySelectorAll("[data-tab]")];
  const rows = [...document.querySelectorAll(".claims .row")].map((row) => ({
    row,
    words: ` ${["quote", "sentence"].flatMap((part) => fold(row.querySelector(`.${part}`).textContent)).join(" ")} `,
    is: (name, value) => row.dataset[name].split(name === "source" ? " " : "\n").includes(value),
  }));
  // Chinese has no spaces between words: there, a part of a run is enough
  const whole = (word) => (/[\u3400-\u9fff]/.test(word) ? word : ` ${word} `);
  const count = form.querySelector("[data-count]");
  const field = (name) => form.elements[name].value;
  const chosen = ["theme", "article", "answer", "source"];
  let tab = sections[0].dataset.state;

  function show() {
    const asked = fold(field("text"));
    const searching = asked.length > 0 || chosen.some(field);
    let shown = 0;
    for (const { row, words, is } of rows) {
      const fits = chosen.every((name) => !field(name) || is(name, field(name)));
      row.hidden = !(fits && asked.every((word) => words.includes(whole(word))));
      shown += !row.hidden;
    }
    for (const part of document.querySelectorAll(".claims .part")) {
      part.hidden = !part.querySelector(".row:not([hidden])");
    }
    for (const section of sections) {
      const some = section.querySelector(".row:not([hidden])");
      section.hidden = searching ? !some : section.dataset.state !== tab;
    }
    for (const link of tabs) {
      const within = document.querySelectorAll(`#${link.dataset.tab} .row:not([hidden])`);
      link.querySelector(".n").textContent = within.length;
      if (!searching && link.dataset.tab === tab) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    count.textContent = shown;
    form.querySelector("[data-none]").hidden = shown > 0;
  }

  function remember() {
    const kept = [...new FormData(form)].filter(([, value]) => value);
    if (tab !== sections[0].dataset.state) kept.unshift(["show", tab]);
    const hash = new URLSearchParams(kept).toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function recall() {
    const told = new URLSearchParams(location.hash.slice(1));
    const states = sections.map((section) => section.dataset.state);
    tab = states.find((state) => [told.get("show"), location.hash.slice(1)].includes(state)) ?? states[0];
    for (const name of ["text", ...chosen]) form.elements[name].value = told.get(name) ?? "";
    show();
  }

  for (const link of tabs) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      tab = link.dataset.tab;
      form.reset();
    });
  }
  form.addEventListener("input", () => (show(), remember()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => (show(), remember())));
  addEventListener("hashchange", recall);
  form.hidden = false;
  recall();
  // on a phone the filters would fill the first screen
  form.querySelector(".more").open = innerWidth >= 700 || chosen.some(field);
}

const search = document.getElementById("claims-filter");
if (search) claims(search);
