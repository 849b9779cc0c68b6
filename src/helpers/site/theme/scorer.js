// What a search finds in the language of its page comes first, then claims, the famous
// ones before others; what is meant for developers comes last. Sphinx links from the
// root, and a search may stand below it: the address is completed here, where each
// result comes past, and gets its kind and the sentence that the page is about.
var Scorer = {
  score: (result) => {
    const [page, , , , score] = result;
    const { lang, dataset } = document.documentElement;
    const [kind, excerpt, famous] = (typeof FOUND !== "undefined" && FOUND[page]) || ["", "", 0];
    const names = (typeof KINDS !== "undefined" && KINDS) || {};
    result[0] = dataset.content_root + page;
    result[3] = [names[kind] ?? "", excerpt].filter(Boolean).join(" · ") || null;
    const own = page.startsWith("zh/") === lang.startsWith("zh") ? 1000 : 0;
    const claim = kind === "claim" ? 100 + famous : 0;
    const chapter = kind === "chapter" ? 40 : 0;
    return score + own + claim + chapter - (/^(code|zh\/decisions|decisions|architecture)/.test(page) ? 100 : 0);
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
