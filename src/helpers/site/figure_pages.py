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
from helpers.site.rendering import render

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
    texts = {"facts": "json", "plain": "txt", "bibtex": "bib"}
    read = {
        k: (folder / f"{figure_id}.{e}").read_text("utf-8") for k, e in texts.items()
    }
    facts: dict[str, Any] = json.loads(read.pop("facts"))
    return facts | read


def figure_in(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return what a figure's page shows, with the pictures of the page's language.

    A figure that was drawn in English only is shown as it is, and said to be English.
    """
    localised, own = facts.get(language, {}), "" if language == "en" else f"{language}."
    drawn = own if own and localised else ""
    files = {
        e: f"{drawn if e in (*PICTURES, *NARROW) else ''}{e}"
        for e in (*DOWNLOADS, "thumb.png")
    }
    speaks = language if localised or language == "en" else "en"
    return {**facts, **localised, "files": files, "speaks": Words(speaks).code}


def figure_page(
    facts: Mapping[str, Any],
    language: Language,
    chapter: tuple[str, str] | None,
) -> str:
    """Return the source of a figure's page.

    Parameters
    ----------
    chapter
        Where it is shown, address and title; without it Sphinx says its number.
    """
    return render(
        "figure.md",
        f"figures/{facts['id']}.html",
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
    labels = entries("chrome")["download"]
    return [
        (ending, t.either(labels[kind]) if kind in labels else kind)
        for ending, kind in DOWNLOADS.items()
    ]


def figures_page(figures: Iterable[Mapping[str, Any]], language: Language) -> str:
    """Return the source of the list of figures."""
    shown = [figure_in(facts, language) for facts in figures]
    return render("figures.md", "figures.html", language, figures=shown)
