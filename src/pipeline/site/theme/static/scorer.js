// Ranks search results: for WeChat, pages that know something of it come first.
"use strict";

const ABOUT_WECHAT = "PAGES";
const asked = new URLSearchParams(window.location.search).get("q") ?? "";
const isAsked = /wechat|微信/i.test(asked);

var Scorer = {
  score: ([page, , , , score]) =>
    isAsked && ABOUT_WECHAT.includes(page) ? score + (page === "wechat" ? 200 : 100) : score,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
