"""Order of the website's pages, for Sphinx and for navigation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from helpers.site.languages import LANGUAGES, Language, Words
from helpers.site.rendering import find_study_page
from helpers.study import Study

Link = tuple[str, str]
Part = tuple[str, list[Link]]

OTHER = ("figures", "numbers", "methods", "glossary", "about")
NOTES = (
    "your-own-groups",
    "getting-your-data",
    "helpers",
    "api",
    "architecture",
    "decisions",
)
READ = ("index", "trust", "methods", "glossary", "about", "decisions")  # on paper
KINDS = (
    "replies",
    "speakers",
    "roster",
    "count",
    "none",
)  # what a source knows of people


def build_page_trees(
    notebooks: Sequence[str], studies: Sequence[Study]
) -> list[tuple[str, list[str]]]:
    """List all pages of the website in order, by section, for Sphinx."""
    t = Words("en")
    parts = {
        "chapters": list(notebooks),
        "data": [_find_study_page(study) for study in studies],
        "trust": [*OTHER, *NOTES],
    }
    return [(t(f"nav.{name}"), pages) for name, pages in parts.items() if pages]


def build_side_bars(
    notebooks: Mapping[Language, Sequence[Link]], studies: Sequence[Study]
) -> dict[str, dict[str, list[Part]]]:
    """Build the side-bar navigation of notebook pages and data pages."""
    return {
        language: {
            "chapters": [(Words(language)("nav.chapters"), list(notebooks[language]))],
            "data": [
                (
                    Words(language)(f"data.{kind}"),
                    [_build_link(study, Words(language)) for study in sources],
                )
                for kind, sources in group_by_kind(studies)
            ],
        }
        for language in LANGUAGES
    }


def group_by_kind(studies: Iterable[Study]) -> list[tuple[str, list[Study]]]:
    """Group data sources by how much they record about people."""
    sources: dict[str, list[Study]] = {kind: [] for kind in KINDS}
    for study in studies:
        sources[_classify_kind(study)].append(study)
    return [(kind, those) for kind, those in sources.items() if those]


def _classify_kind(study: Study) -> str:
    seen = study.observability
    if seen.replies != "none":
        return "replies"
    source = "roster" if seen.members_source == "events" else seen.members_source
    return source if source in KINDS else "none"


def list_printed_pages(
    bars: Mapping[str, Mapping[str, Sequence[Part]]], claims: Iterable[str]
) -> list[str]:
    """List the website's pages that are printed into the PDF, in order.

    >>> list_printed_pages(
    ...     {"en": {"chapters": [("Chapters", [("01_a", "A")])]}}, ["s0-x"]
    ... )[-2:]
    ['01_a.html', 'claims/s0-x.html']
    """
    parts = bars["en"].values()
    pages = [page for part in parts for _, links in part for page, _ in links]
    claim_pages = [f"claims/{name}" for name in claims]
    return [f"{page}.html" for page in (*READ, *pages, *claim_pages)]


def _build_link(study: Study, t: Words) -> Link:
    return _find_study_page(study, t.language), t.source(study.name)


def _find_study_page(study: Study, language: Language = "en") -> str:
    return find_study_page(study.name, language).removesuffix(".html")
