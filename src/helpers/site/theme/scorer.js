// What a search finds in the language of its page comes first, then claims; what is
// meant for developers comes last. Sphinx links from the root, and a search may stand
// below it: the address is completed here, where each result comes past.
var Scorer = {
  score: (result) => {
    const [page, , , , score] = result;
    const { lang, dataset } = document.documentElement;
    result[0] = dataset.content_root + page;
    const own = page.startsWith("zh/") === lang.startsWith("zh") ? 1000 : 0;
    const claim = /^(zh\/)?claims\//.test(page) ? 100 : 0;
    return score + own + claim - (/^(code|decisions|architecture)/.test(page) ? 100 : 0);
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
