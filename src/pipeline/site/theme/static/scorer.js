// Ranks search results: for WeChat, pages that know something of it come first; each
// result gets the first words of its page.
"use strict";

const ABOUT_WECHAT = "PAGES";
const FIRST_WORDS = "EXCERPTS";
const asked = new URLSearchParams(window.location.search).get("q") ?? "";
const isAsked = /wechat|微信/i.test(asked);

var Scorer = {
  score: (result) => {
    const [page, , , , score] = result;
    result[3] ||= FIRST_WORDS[page];
    return isAsked && ABOUT_WECHAT.includes(page) ? score + (page === "wechat" ? 200 : 100) : score;
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
