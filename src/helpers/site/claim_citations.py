"""How to cite the answer to a claim, and files with its estimates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.claims.claim import Claim
from helpers.claims.contract.card import get_card
from helpers.figures.citation import ClaimCitation, read_commit, read_project
from helpers.site.answers.board import Answer
from helpers.site.chapters import FILES
from helpers.site.languages import Words, read_entries
from helpers.synthesis.record import Record, record_of

FOLDER = f"{FILES}/claims"
COLUMNS = (
    "part", "measure", "role", "source", "decides", "estimate", "low", "high", "n",
    "cases", "variant", "frame", "verdict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cited:
    """Citation of a claim, and the files offered under "Cite this claim"."""

    plain: str
    bibtex: str
    csv: str
    bib: str
    tables: tuple[str, ...]
    commit: str


def cite_claim(answer: Answer, t: Words) -> Cited:
    """Return a claim's citation and the links to its files."""
    cited = build_citation(answer, t)
    needs = Claim.of(answer.claim).needs if answer.tested else ()
    tables = dict.fromkeys(need.place[0] for need in needs)
    return Cited(
        _write_citation(cited, _name_sources(answer, t), t),
        cited.bibtex.strip(),
        f"{FOLDER}/{answer.claim}.csv",
        f"{FOLDER}/{answer.claim}.bib",
        tuple(tables),
        read_commit(),
    )


def build_citation(answer: Answer, t: Words) -> ClaimCitation:
    """Build a claim's citation in one language."""
    conclusion, language = answer.conclusion, t.language
    words = conclusion.word(language)
    if conclusion.certainty is not None:
        level = conclusion.certainty_name(language)
        words += t.either(read_entries("claim_page")["cite"]["certain"]).format(
            level=level
        )
    claim = get_card(answer.claim).claim(language)
    line = conclusion.bottom_line(language)
    note = t(
        "cite.note",
        line=line,
        id=t("cite.id", claim=answer.claim),
        version=read_project().version,
        built=_describe_commit(t),
    )
    return ClaimCitation(answer.claim, claim, words, line, note)


def _describe_commit(t: Words) -> str:
    commit = read_commit()
    return t("cite.built", commit=commit) if commit else ""


def _name_sources(answer: Answer, t: Words) -> str:
    """Name the sources that count for an answer."""
    headline = answer.synthesis.headline if answer.synthesis else None
    entries = headline.entering if headline else []
    names = dict.fromkeys(t.source(entry.reading.study) for entry in entries)
    return t("told.joint").join(names) or t("cite.no_data")


def _write_citation(cited: ClaimCitation, data: str, t: Words) -> str:
    project = read_project()
    return t(
        "cite.claim",
        year=project.year,
        claim=cited.title,
        answer=cited.answer,
        line=cited.line,
        data=data,
        version=project.version,
        built=_describe_commit(t),
        address=cited.address or t("cite.id", claim=cited.claim),
        licence=project.licence,
    )


def list_claim_files(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield the files of a claim: its estimates and BibTeX."""
    if answer.synthesis is not None:
        record = record_of(answer.synthesis)
        yield f"{FOLDER}/{answer.claim}.csv", format_rows(record)
    yield f"{FOLDER}/{answer.claim}.bib", build_citation(answer, Words("en")).bibtex


def format_rows(record: Record) -> str:
    """Format the estimates in a claim's forest plot as CSV text.

    Examples
    --------
    >>> from helpers.synthesis.synthesis import run_synthesis
    >>> none = record_of(run_synthesis("s0-three-month-death", []))
    >>> format_rows(none).splitlines()[0][:12]
    'part,measure'
    """
    written = io.StringIO()
    writer = csv.DictWriter(
        written, COLUMNS, extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    for part in record["parts"]:
        about = {"part": part["number"], "measure": part["measure"]}
        for role, numbers in (("pooled", part), ("prediction", part["prediction"])):
            if part["tau"] is not None:
                limits = {name: numbers[name] for name in ("estimate", "low", "high")}
                writer.writerow(about | {"role": role} | limits)
        for row in part["rows"]:
            if row["role"] == "published":  # often rounded: limits would be too narrow
                row = row | {"low": None, "high": None}  # noqa: PLW2901
            writer.writerow(row | about | {"source": row["study"]})
    return written.getvalue()
