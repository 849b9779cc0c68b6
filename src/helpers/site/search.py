"""Search index of the website in English, Chinese and numbers.

Sphinx's own Chinese search needs a segmenter and ships without its stemmer. Here a
run of Chinese characters is indexed as its pairs and its single characters; a query
asks for all pairs of its runs, or for the character if it's alone. Sphinx skips
numbers in queries: here they are words of their own, so that "10-30" and "90%" are
found. A claim is indexed by what it says, not by what every claim's page says.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.search.en import SearchEnglish

HAN = r"\u3005\u3007\u3400-\u9fff\uf900-\ufaff"
NUMBER = r"\d+(?:[.,\u202f]\d+)*"
RANGE = rf"(?<![\w-]){NUMBER}[-–—~～至到]{NUMBER}(?![\w-])"
RUN = re.compile(
    rf"(?P<range>{RANGE})|(?P<share>{NUMBER})[\s\u202f]*[%％]|[{HAN}]+|[^\W{HAN}]+"
)
FOUND = "found.js"  # what a result says of a page, and how much more it counts
EXCERPT = 160  # characters
KINDS = {"claims": "claim", "figures": "figure", "data": "source", "code": "code"}


class SearchBoth(SearchEnglish):
    """Sphinx search language: English stems, Chinese pairs, numbers."""

    lang = "shequn"
    js_splitter_code = rf"""
const WORD = /(?:(?![{HAN}])[\p{{L}}\p{{N}}_])+/u;
const RUN = new RegExp(
  String.raw`({RANGE})|({NUMBER})[\s\u202f]*[%％]|[{HAN}]+|` + WORD.source, "gu");
const digits = (text) => text.match(/\d+/g).join("d");
const shortNumber = (text) => text.match(/{NUMBER}/g).map(digits);
var splitQuery = (query) =>
  [...query.matchAll(RUN)].flatMap(([run, range, share]) => {{
    if (range) return ["n" + shortNumber(range).join("to")];
    if (share) return ["n" + digits(share) + "pct"];
    if (/^\d+$/.test(run)) return ["n" + run];
    return /[{HAN}]/.test(run) && run.length > 1
      ? Array.from(run.slice(1), (_, i) => run.slice(i, i + 2))
      : [run];
  }});
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's own signature
        """Split a text into search words.

        >>> SearchBoth({}).split("消息数 of lurkers")
        ['消息', '息数', '消', '息', '数', 'of', 'lurkers']
        >>> SearchBoth({}).split("10–30 or 90 %")
        ['n10to30', 'n10', 'n30', 'or', 'n90pct', 'n90']
        """
        words: list[str] = []
        for match in RUN.finditer(input):
            words += _list_words(match)
        return words

    @cache  # noqa: B019 - one of them a build; pages share most of their words
    def stem(self, word: str) -> str:
        """Return the cached stem of a word, English or Chinese.

        >>> SearchBoth({}).stem("lurkers")
        'lurker'
        """
        return super().stem(word)


def _list_words(match: re.Match[str]) -> list[str]:
    run = match[0]
    if match["range"]:
        ends = [_name_number(end) for end in re.findall(NUMBER, run)]
        return ["n" + "to".join(ends), *(f"n{end}" for end in ends)]
    if match["share"]:
        name = _name_number(match["share"])
        return [f"n{name}pct", f"n{name}"]
    if run.isdecimal():
        return [f"n{run}"]
    if re.match(f"[{HAN}]", run):
        return [*(run[i : i + 2] for i in range(len(run) - 1)), *run]
    return [run]


def _name_number(number: str) -> str:
    return "d".join(re.findall(r"\d+", number))


class IndexedSite(StandaloneHTMLBuilder):
    """Sphinx builder that indexes each page by its own texts."""

    name = "html"

    def init(self) -> None:
        """Start the build with an empty search index."""
        super().init()
        self.found: dict[str, list[Any]] = {}

    def index_page(self, pagename: str, doctree: nodes.document, title: str) -> None:
        """Add a page to the search index."""
        made = read_made(self.app)
        own = made["texts"].get(pagename)
        kind, bonus = classify_page(pagename), made["famous"].get(pagename, 0)
        opening = "" if kind == "source" else _find_opening(doctree)
        excerpt = made["about"].get(pagename, opening)
        self.found[pagename] = [kind, excerpt, bonus]
        if own is None:
            super().index_page(pagename, doctree, title)
            return
        spelled = f"{title} {made['spelled'].get(pagename, '')}"
        super().index_page(pagename, _build_text(spelled, own), title)
        if self.indexer is not None:  # numbers count as the title does, unseen
            self.indexer._all_titles[pagename] = [(title, None)]  # noqa: SLF001 - has no setter

    def handle_finish(self) -> None:
        """Write the search index and page excerpts."""
        super().handle_finish()
        text = json.dumps(self.found, ensure_ascii=False, sort_keys=True)
        file = Path(self.outdir) / "_static" / FOUND
        file.write_text(f"var FOUND = {text};\n", encoding="utf-8")


@cache
def _read_site(source: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((source / "site.json").read_text("utf-8"))
    return {"texts": {}, "spelled": {}, "famous": {}} | made


def read_made(app: Sphinx) -> dict[str, Any]:
    """Read the list of all pages and their texts, as the search index needs it."""
    return _read_site(Path(app.srcdir))


def classify_page(page: str) -> str:
    """Return a page's type, such as claim or chapter, from its address.

    >>> (
    ...     classify_page("zh/claims/s0-x"),
    ...     classify_page("03_how_long"),
    ...     classify_page("a"),
    ... )
    ('claim', 'chapter', '')
    """
    name = page.removeprefix("zh/")
    if re.match(r"\d\d_", name):
        return "chapter"
    folder = name.partition("/")[0] if "/" in name else name.partition("-")[0]
    return KINDS.get(folder, "") if folder != name else ""


def _find_opening(doctree: nodes.document) -> str:
    """Return the first sentences of a page, as an excerpt."""
    first = next(iter(doctree.findall(nodes.paragraph)), None)
    text = " ".join(first.astext().split()) if first else ""
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"


def _build_text(title: str, text: str) -> nodes.document:
    document = new_document("search")
    section = nodes.section("", nodes.title("", title), nodes.paragraph("", text))
    document += section
    return document


def setup(app: Sphinx) -> None:
    """Register search language and builder with Sphinx."""
    app.add_search_language(SearchBoth)
    app.add_builder(IndexedSite, override=True)
