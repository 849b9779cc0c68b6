// Looks up public groups in the same state; the counts are in the page.
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("counts").textContent);
  var form = document.getElementById("state");
  var out = document.getElementById("found");
  function band(value, bands) {
    var found = bands[0];
    bands.forEach(function (least) { if (value >= least) { found = least; } });
    return found;
  }
  function number(name) {
    var value = parseFloat(form.elements[name].value);
    return isFinite(value) && value >= 0 ? value : null;
  }
  function line(language, words) {
    var span = document.createElement("span");
    span.lang = language;
    span.textContent = words;
    return span;
  }
  function both(tag, words) {
    var element = document.createElement(tag);
    element.append(line("en", words.en), line("zh", words.zh));
    return element;
  }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }
  function range(cells, at) {
    var shares = cells.map(function (cell) { return cell[at]; });
    return Math.min.apply(null, shares) + "%–" + Math.max.apply(null, shares) + "%";
  }
  function words(name, values) {
    return { en: fill(data.words[name].en, values.en || values),
             zh: fill(data.words[name].zh, values.zh || values) };
  }
  function show() {
    var kind = form.elements.kind.value;
    var counted = data.counted[kind];
    var age = number("age"), busy = number("writers"), silent = number("silent");
    document.querySelectorAll("[data-counted]").forEach(function (label) {
      label.hidden = label.dataset.counted !== counted;
    });
    out.replaceChildren();
    if (age === null || busy === null || silent === null) {
      out.append(both("p", words("incomplete", {})));
      return;
    }
    if (silent > age) {
      out.append(both("p", words("impossible", {})));
      return;
    }
    var state = [band(age, data.bands.age), band(busy, data.bands[counted]),
                 band(silent, data.bands.silent)].join(" ");
    var list = document.createElement("ul");
    var sources = data.sources.filter(function (one) { return one.kind === kind; });
    var cells = sources.map(function (one) { return one.cells[state]; })
      .filter(Boolean);
    if (cells.length > 1) {
      out.append(both("p", words("range", { k: cells.length,
                                            again: range(cells, 1),
                                            alive: range(cells, 4) })));
    }
    sources.forEach(function (source) {
      var cell = source.cells[state];
      var about = function (language) {
        var count = function (at) {
          var share = cell && { n: cell[at], low: cell[at + 1], high: cell[at + 2] };
          return share && fill(data.words.share[language], share);
        };
        return { source: source[language], groups: cell && cell[0],
                 again: count(1), alive: count(4) };
      };
      list.append(both("li", words(cell ? "found" : "none",
                                   { en: about("en"), zh: about("zh") })));
    });
    out.append(list);
  }
  var language = document.getElementById(location.search.slice(1));
  if (language && language.name === "language") { language.checked = true; }
  function nameKinds() {
    var chosen = document.getElementById("zh").checked ? "zh" : "en";
    Array.prototype.forEach.call(form.elements.kind.options, function (option) {
      option.textContent = option.dataset[chosen];
    });
  }
  document.querySelectorAll("[name=language]").forEach(function (one) {
    one.addEventListener("change", nameKinds);
  });
  nameKinds();
  form.addEventListener("input", show);
  show();
})();
