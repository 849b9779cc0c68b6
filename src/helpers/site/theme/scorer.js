// What a search finds in the language of its page comes first.
var Scorer = {
  score: ([page, , , , score]) => {
    const own = document.documentElement.lang.startsWith("zh");
    return score + (page.startsWith("zh/") === own ? 1000 : 0);
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
