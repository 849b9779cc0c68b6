"""Which pages there are, in which order: for Sphinx to number, for readers to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.site.languages import LANGUAGES, Words
from helpers.site.rendering import study_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from helpers.study import Study

    Link = tuple[str, str]

__all__ = ["printed", "side_bar", "trees"]

BOTH = {"index": "scoreboard", "glossary": "glossary", "figures": "figures"}
LOOKED_UP = ("methods", "glossary", "figures", "numbers")
OTHER = ("about", "architecture", "decisions")
NOT_PRINTED = ("figures", "numbers", "architecture")  # to look up in, not to read


def trees(
    notebooks: Sequence[str], studies: Sequence[Study]
) -> list[tuple[str, list[str]]]:
    """Return the pages that Sphinx numbers and walks through, by caption."""
    t = Words("en")
    parts = {
        "notebooks": list(notebooks),
        "corpora": [_page(study) for study in studies],
        "project": [*LOOKED_UP, *OTHER],
    }
    return [(t(f"site.{name}"), pages) for name, pages in parts.items() if pages]


def side_bar(
    notebooks: Sequence[Link], studies: Sequence[Study]
) -> dict[str, list[tuple[str, list[Link]]]]:
    """Return the side bar's links by language: caption, then page and title."""
    return {one: _side(notebooks, studies, Words(one)) for one in LANGUAGES}


def printed(
    bar: Mapping[str, Sequence[tuple[str, Sequence[Link]]]], claims: Iterable[str]
) -> list[str]:
    """Return the addresses of the pages that make the PDF of the whole.

    >>> printed({"en": [("Site", [("index", "Scoreboard")])]}, ["s0-x"])
    ['index.html', 'claims/s0-x.html']
    """
    pages = [page for _, links in bar["en"] for page, _ in links]
    read = [page for page in pages if page not in NOT_PRINTED]
    return [f"{page}.html" for page in (*read, *(f"claims/{name}" for name in claims))]


def _side(
    notebooks: Sequence[Link], studies: Sequence[Study], t: Words
) -> list[tuple[str, list[Link]]]:
    up = "" if t.language == "en" else f"{t.language}/"
    both = [(f"{up}{p}", n) for p, n in BOTH.items()]
    english = [(page, page) for page in ("methods", "numbers")]
    return [
        (t("site.name"), [(page, t(f"site.{name}")) for page, name in both + english]),
        (t("site.notebooks"), [(p, t.notebook(p, title)) for p, title in notebooks]),
        (t("site.corpora"), [(_page(study), _title(study, t)) for study in studies]),
        (t("site.project"), [(page, t(f"site.{page}")) for page in OTHER]),
    ]


def _page(study: Study) -> str:
    return study_page(study.name).removesuffix(".html")


def _title(study: Study, t: Words) -> str:
    facts = study.manifest
    return facts.title_en if t.language == "en" else facts.title_zh
