"""A page for each figure in both languages: picture, files, citation, provenance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from helpers.claims.fixed.register import claim
from helpers.figures.citation import project
from helpers.figures.saving import NARROW, PICTURES
from helpers.site.languages import Language, Words, entries
from helpers.site.rendering import in_language, render

DOWNLOADS = {
    "svg": "SVG",
    "dark.svg": "SVG, dark",
    "narrow.svg": "SVG, narrow",
    "pdf": "PDF",
    "png": "PNG",
    "clear.png": "PNG, transparent",
    "csv": "CSV",
    "json": "JSON",
    "bib": "BibTeX",
}


def figure_facts(folder: Path, figure_id: str) -> dict[str, Any]:
    """Return what a figure's provenance file says, with its two citations."""
    facts: dict[str, Any] = json.loads(_read(folder / f"{figure_id}.json"))
    cite = {"plain": "txt", "bibtex": "bib"}
    return facts | {k: _read(folder / f"{figure_id}.{e}") for k, e in cite.items()}


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def figure_in(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return what a figure's page shows, with the pictures of the page's language.

    A figure that was drawn in English only is shown as it is, and said to be English.
    """
    told, own = facts.get(language, {}), "" if language == "en" else f"{language}."
    drawn = own if own and told else ""
    files = {
        e: f"{drawn if e in (*PICTURES, *NARROW) else ''}{e}"
        for e in (*DOWNLOADS, "thumb.png")
    }
    speaks = language if told or language == "en" else "en"
    return {**facts, **told, "files": files, "speaks": Words(speaks).code}


def figure_page(
    facts: Mapping[str, Any],
    language: Language = "en",
    chapter: tuple[str, str] | None = None,
) -> str:
    """Return the source of a figure's page.

    Parameters
    ----------
    chapter
        Where it is shown, address and title; without it Sphinx says its number.
    """
    return render(
        "figure.md",
        in_language(f"figures/{facts['id']}.html", language),
        language,
        figure=figure_in(facts, language),
        chapter=chapter,
        plain=facts["plain"].strip(),
        bibtex=facts["bibtex"].strip(),
        claims=[(name, getattr(claim(name), language)) for name in facts["claims"]],
        downloads=_downloads(Words(language)),
        licence=project().licence,
        address=project().url,
    )


def _downloads(t: Words) -> list[tuple[str, str]]:
    known = entries("chrome")["download"]
    return [
        (ending, t.either(known[kind]) if kind in known else kind)
        for ending, kind in DOWNLOADS.items()
    ]


def figures_page(
    figures: Iterable[Mapping[str, Any]], language: Language = "en"
) -> str:
    """Return the source of the list of figures."""
    shown = [figure_in(facts, language) for facts in figures]
    page = in_language("figures.html", language)
    return render("figures.md", page, language, figures=shown)
