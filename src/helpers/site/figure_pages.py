"""Web pages of figures: picture, files, citation and provenance."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.figures.citation import (
    count_named,
    format_page_bibtex,
    read_project,
)
from helpers.figures.saving import NARROW, PICTURES
from helpers.site.claim_citations import (
    cite_sources,
    describe_commit,
    write_national,
)
from helpers.site.languages import Language, Words, read_entries
from helpers.site.rendering import render_template

FEW = 2  # sources that stand by name after a title
DOWNLOADS = {
    "svg": "SVG",
    "narrow.svg": "SVG, narrow",
    "png": "PNG",
    "csv": "CSV",
    "json": "JSON",
    "bib": "BibTeX",
}


def read_figure_facts(folder: Path, figure_id: str) -> dict[str, Any]:
    """Read the provenance and citations saved with a figure."""
    texts = {"facts": "json", "plain": "txt", "bibtex": "bib"}
    read = {
        k: (folder / f"{figure_id}.{e}").read_text("utf-8") for k, e in texts.items()
    }
    facts: dict[str, Any] = json.loads(read.pop("facts"))
    commit, version = describe_commit(Words("en")), f"version {read_project().version}"
    plain = read["plain"].replace(version, f"{version}{commit}")
    named = f"Figure {figure_id}"
    bibtex = read["bibtex"].replace(f"{named}}}", f"{named}{commit}}}")
    with (folder / f"{figure_id}.csv").open(encoding="utf-8", newline="") as table:
        columns = next(csv.reader(table))
    return facts | read | {"bibtex": bibtex, "plain": plain, "columns": columns}


def describe_figure(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the contents of a figure's web page in one language.

    A figure that was drawn in English only is shown as it is, and said to be English.
    """
    localised, own = facts.get(language, {}), "" if language == "en" else f"{language}."
    drawn = own if own and localised else ""
    files = {
        e: f"{drawn if e in (*PICTURES, *NARROW, 'bib') else ''}{e}"
        for e in (*DOWNLOADS, "thumb.png")
    }
    speaks = language if localised or language == "en" else "en"
    shown = {"files": files, "speaks": Words(speaks).code}
    sources = _name_sources(
        [study["study"] for study in facts.get("studies", ())], language
    )
    return {**facts, **localised, **shown, "sources": sources}


def cite_figure(facts: Mapping[str, Any], t: Words) -> str:
    """Return a figure's citation: its data sources first, then this project."""
    if t.language == "en":
        return str(facts["plain"]).strip()
    project = read_project()
    named = [t.credit(study["study"]) for study in facts.get("studies", ())]
    count = count_named(len(named))
    more = len(named) - count
    listed = t("told.joint").join(named[:count])
    return t(
        "figure.citation",
        data=t("figure.data", names=listed) if named else "",
        more=t("figure.data_more", n=more) if more > 0 else "",
        year=project.year,
        version=f"{project.version}{describe_commit(t)}",
        title="。".join(text.rstrip("。？！") for text in _list_own_texts(facts, t)),
        address=project.locate_figure(facts["id"]),
        licence=project.licence,
    )


def _list_own_texts(facts: Mapping[str, Any], t: Words) -> list[str]:
    """List a figure's title and, if it has one, the note of its caption."""
    own = facts.get(t.language, facts)
    return [own["title"], *filter(None, [own.get("note")])]


def _name_figure(facts: Mapping[str, Any]) -> str:
    """Return a figure's Chinese title and identifier, for a reference by GB/T 7714."""
    return f"{facts.get('zh', facts)['title'].rstrip('。？！')}（图 {facts['id']}）"


def format_bibtex(facts: Mapping[str, Any], t: Words) -> str:
    """Return a figure's BibTeX entries with titles and notes in one language."""
    if t.language == "en":
        return str(facts["bibtex"]).strip()
    note = t(
        "figure.note",
        id=facts["id"],
        version=read_project().version,
        built=describe_commit(t),
    )
    title, *added = _list_own_texts(facts, t)
    return format_page_bibtex(
        f"shequn-{facts['id']}-{t.language}",
        title,
        cite_sources((study["study"] for study in facts.get("studies", ())), t),
        t("told.joint").join([note, *added]),
    ).strip()


def _name_sources(studies: Sequence[str], language: Language) -> str:
    """Return the names of a figure's data sources, or their number if many."""
    t = Words(language)
    if len(studies) > FEW:
        return t("figure.sources", n=len(studies))
    return t("told.joint").join(t.source(study) for study in studies)


def render_figure_page(
    facts: Mapping[str, Any],
    language: Language,
    chapter: tuple[str, str] | None,
    answers: Mapping[str, tuple[str, str]],
) -> str:
    """Render the Markdown source of a figure's web page.

    Parameters
    ----------
    answers
        The claim and the one-sentence conclusion on it, by identifier.
    chapter
        Where it is shown, address and title; without it Sphinx says its number.
    """
    return render_template(
        "figure.md",
        f"figures/{facts['id']}.html",
        language,
        figure=describe_figure(facts, language),
        chapter=chapter,
        plain=cite_figure(facts, Words(language)),
        national=write_national(_name_figure(facts), Words(language)),
        bibtex=format_bibtex(facts, Words(language)),
        claims=[(name, *answers[name]) for name in facts["claims"]],
        downloads=list_file_labels(Words(language)),
        columns=explain_columns(facts["id"], facts["columns"], Words(language)),
        licence=read_project().licence,
        address=read_project().url,
    )


def explain_columns(
    figure_id: str, columns: Iterable[str], t: Words
) -> list[tuple[str, str]]:
    """List the columns of a figure's CSV, each with its meaning in one language.

    Those without an explanation, as in figures of one's own, are left out.

    >>> explain_columns("last-words", ["last day", "mine"], Words("en"))
    [('last day', 'day of the last message')]
    """
    entries = read_entries("figure_columns")
    known = entries["common"] | entries.get(figure_id, {})
    return [(name, t.either(known[name])) for name in columns if name in known]


def list_file_labels(t: Words) -> list[tuple[str, str]]:
    """List the endings of a figure's files, each with its name in one language."""
    labels = read_entries("chrome")["download"]
    return [
        (ending, t.either(labels[kind]) if kind in labels else kind)
        for ending, kind in DOWNLOADS.items()
    ]


def render_figures_page(
    figures: Iterable[Mapping[str, Any]], language: Language
) -> str:
    """Render the Markdown source of the list of figures."""
    shown = [describe_figure(facts, language) for facts in figures]
    return render_template("figures.md", "figures.html", language, figures=shown)
