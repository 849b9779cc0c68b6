"""Search index of the site: English stems, Chinese by pairs of characters, numbers.

Sphinx's own Chinese search needs a segmenter. Here a run of Chinese characters is
indexed as its pairs and its single characters; a query asks for all pairs of its runs,
or for the character if it is alone.
"""

import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

from helpers.citation import read_project
from helpers.files import read_own_rows, write_text
from pipeline.site.cards import (
    TAG,
    Card,
    describe_page,
    format_tags,
    read_cards,
    write_card,
)
from pipeline.site.language import Reader

HAN = r"\u3005\u3007\u3400-\u9fff\uf900-\ufaff"
SYNONYMS = read_own_rows("site", "search.toml", package="pipeline")
MISSED = re.compile(r"Your search did not match any documents\.[^\"]*")
RUN = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")


class SearchBoth(SearchEnglish):
    """Sphinx search language: English stems, Chinese pairs, numbers."""

    lang = "shequn"
    js_splitter_code = rf"""
const RUN = new RegExp(String.raw`[{HAN}]+|(?:(?![{HAN}])[\p{{L}}\p{{N}}_])+`, "gu");
var splitQuery = (query) =>
  [...query.matchAll(RUN)].flatMap(([run]) => {{
    if (/^\d+$/.test(run)) return ["n" + run];
    return /[{HAN}]/.test(run) && run.length > 1
      ? Array.from(run.slice(1), (_, i) => run.slice(i, i + 2))
      : [run];
  }});
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's own signature
        """Split a text into search words; a number is one, which Sphinx would skip.

        >>> SearchBoth({}).split("消息数 of 30 lurkers")
        ['消息', '息数', '消', '息', '数', 'of', 'n30', 'lurkers']
        """
        words = [word for said, others in SYNONYMS.items() if said in input
                 for word in self.split(others)]  # fmt: skip
        for run in RUN.findall(input):
            if run.isdecimal():
                words.append(f"n{run}")
            elif re.match(f"[{HAN}]", run):
                words += [*(run[i : i + 2] for i in range(len(run) - 1)), *run]
            else:
                words.append(run)
        return words

    @cache  # noqa: B019 - one of them a build; pages share most of their words
    def stem(self, word: str) -> str:
        """Return the cached stem of a word, English or Chinese.

        >>> SearchBoth({}).stem("lurkers")
        'lurker'
        """
        return super().stem(word)


def add_page_context(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Add the page's counterpart, the line at its foot, and what it is shared by."""
    chinese = str(app.config.language).startswith("zh")
    up = "../" * page.count("/")
    context["counterpart"] = f"{up}../{page}.html" if chinese else f"{up}zh/{page}.html"
    context["other_code"], context["other_name"] = (
        ("en", "English") if chinese else ("zh-CN", "中文")
    )
    project = read_project()
    context["project_line"] = (
        f"Shequn Evidence {project.version} · {project.date} · MIT"
    )
    context["lang_attr"] = "zh-CN" if chinese else "en"
    if page in {"search", "genindex"}:
        return
    title = html.unescape(TAG.sub("", str(context.get("title", ""))))
    told = describe_page(str(context.get("body", "")))
    kept = read_cards(Path(app.srcdir)).get(page)
    card = kept or Card(headline=title, text=told)
    own, file = "zh/" if chinese else "", f"cards/{page}.png"
    address = f"{own}{page}.html"
    write_card(card, Path(app.outdir) / file, address)
    text = kept.text if kept else told
    app.shequn_words[page] = text  # type: ignore[attr-defined]
    if card.title:  # where a page is listed, its title answers
        title = context["title"] = card.title
    tags = format_tags(title, text, address, f"{own}{file}")
    context["metatags"] = f"{context.get('metatags', '')}\n{tags}"


def finish_search(app: Sphinx, failed: Exception | None) -> None:
    """Give the search its pages' first words, and advice where nothing is found."""
    if failed:
        return
    static = Path(app.outdir) / "_static"
    first = json.dumps(app.shequn_words, ensure_ascii=False, sort_keys=True)  # type: ignore[attr-defined]
    reader = Reader("zh" if str(app.config.language).startswith("zh") else "en")
    advice = reader("Nothing found: try a single word, or look it up in the glossary.")
    for name, old, new in (
        ("language_data.js", re.compile('"EXCERPTS"'), first),
        ("searchtools.js", MISSED, advice),
    ):
        text = (static / name).read_text("utf-8")
        write_text(static / name, new.join(old.split(text)))


def setup(app: Sphinx) -> None:
    """Register the search language and the page's context with Sphinx."""
    app.add_search_language(SearchBoth)
    app.shequn_words = {}  # type: ignore[attr-defined]
    app.connect("html-page-context", add_page_context)
    app.connect("build-finished", finish_search)
