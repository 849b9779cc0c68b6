"""The pages behind the top bar: chapters, data, how we know, how to cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from helpers import paths
from helpers.site.contents import by_kind
from helpers.site.languages import Words
from helpers.site.rendering import in_language, render, study_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.site.board import Board
    from helpers.site.languages import Language
    from helpers.study import Study

__all__ = ["chapters_page", "cite_page", "data_page", "trust_page"]


def chapters_page(notebooks: Sequence[tuple[str, str]], language: Language) -> str:
    """Return the source of the list of chapters: page and English title of each."""
    t = Words(language)
    listed = [(f"{page}.html", t.notebook(page, title)) for page, title in notebooks]
    page = in_language("chapters.html", language)
    return render("chapters.md", page, language, chapters=listed)


def data_page(studies: Sequence[Study], board: Board, language: Language) -> str:
    """Return the source of the list of sources, by what they know of people."""
    t = Words(language)
    answered: dict[str, int] = {}
    for answer in board.answers:
        for cell in answer.speaking:
            answered[cell.study] = answered.get(cell.study, 0) + 1
    kinds = [
        (kind, [_row(study, answered.get(study.name, 0), t) for study in found])
        for kind, found in by_kind(studies)
    ]
    page = in_language("data.html", language)
    return render("data.md", page, language, kinds=kinds, sources=len(studies))


def _row(study: Study, answered: int, t: Words) -> dict[str, object]:
    facts = study.manifest
    return {
        "href": study_page(study.name),
        "name": t.source(study.name),
        "title": facts.title_en if t.language == "en" else facts.title_zh,
        "licence": facts.licence,
        "answered": answered,
    }


def trust_page(board: Board, language: Language) -> str:
    """Return the source of the page on why to trust this."""
    spoke = [
        cell for answer in board.answers for cell in answer.speaking if cell.counted
    ]
    agree = sum(cell.agreeing for cell in spoke)
    counted = sum(cell.counted for cell in spoke)
    return render(
        "trust.md",
        in_language("trust.html", language),
        language,
        sources=len(board.answers[0].cells) if board.answers else 0,
        agree=agree,
        counted=counted,
    )


def cite_page(language: Language) -> str:
    """Return the source of the page on how to cite."""
    facts = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    who = ", ".join(author["name"] for author in facts["authors"])
    year = str(facts["date-released"])[:4]
    cited = {
        "author": f"{{{who}}}",
        "title": f"{{{facts['title']}}}",
        "year": year,
        "version": facts["version"],
    } | ({"url": facts["url"]} if "url" in facts else {})
    fields = "\n".join(f"  {name} = {{{value}}}," for name, value in cited.items())
    return render(
        "cite.md",
        in_language("cite.html", language),
        language,
        licence=facts["license"],
        plain=f"{who} ({year}). {facts['title']}. Version {facts['version']}.",
        bibtex=f"@misc{{shequn-evidence,\n{fields}\n}}",
    )
