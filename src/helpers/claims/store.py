"""Stored answers: computed once, written byte for byte, read and checked."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import paths
from helpers.citation import read_project
from helpers.claims.answer import Answer
from helpers.claims.register import get_claim, list_variants, read_register
from helpers.claims.words import hold_words_as_objects
from helpers.errors import MissingSourceError
from helpers.files import write_text

FOLDER = "answers"
TITLES = {
    "answers": "A row per claim, reading and kind of group (`all`: all measured)",
    "estimates": "A row per claim, reading and source",
}
FIELDS = {
    "claim": "id of the claim",
    "reading": "what is measured; `x~1` is the first alternative definition of `x`",
    "kind": "kind of groups",
    "mean": "pooled mean: its posterior median",
    "low": "lower 95 % limit",
    "high": "upper 95 % limit",
    "next_low": "lower 95 % limit of the next such place",
    "next_high": "upper 95 % limit of the next such place",
    "p_claim": "probability that the mean is as claimed",
    "p_next": "probability that the next place is as claimed",
    "word": "how likely the claim is; of the whole claim in its first row",
    "certainty": "high, moderate, low or very low",
    "n_sources": "places pooled: sources, or parts or networks of one",
    "n_units": "groups, people … in them",
    "of": "share, ratio, difference, days or count",
    "claimed": "where the claim is true",
    "study": "source, a part or network of it, or a published study",
    "role": "direct, indirect, bound or published",
    "estimate": "in the unit of the reading",
    "n": "groups, people …",
    "unit": "what n counts",
    "pushes": "where a known bias pushes the estimate: up, down or nothing",
    "randomised": "whether it is a randomised comparison",
    "related": "whether it measures something close to the claim instead of it",
    "on_wechat": "what is known on WeChat: a count, a poll, a related poll, or none",
    "places": "communities of people that are pooled",
    "studies": "studies that they come from",
}
WORDS = ("pushes", "certainty", "on_wechat")  # columns with a word or nothing


class Answers(NamedTuple):
    """All answers and the estimates that they are pooled from, as data frames."""

    answers: pd.DataFrame
    estimates: pd.DataFrame

    def get(self, claim_id: str) -> Answer:
        """Return the answer to one claim."""
        claim = get_claim(claim_id)
        by_kind, estimates = (
            table[table["claim"].eq(claim.id)].reset_index(drop=True) for table in self
        )
        _check_stored(claim.id, by_kind)
        return Answer(claim, by_kind, estimates)

    def get_all(self) -> Iterator[Answer]:
        """Yield the answers to all claims, in their order."""
        rows, estimates = (dict(iter(table.groupby("claim"))) for table in self)
        for name in dict.fromkeys(self.answers["claim"]):
            _check_stored(name, rows[name])
            none = self.estimates.iloc[:0]
            yield Answer(
                get_claim(name), rows[name].reset_index(drop=True),
                estimates.get(name, none).reset_index(drop=True),
            )  # fmt: skip


def _check_stored(claim_id: str, by_kind: pd.DataFrame) -> None:
    """Raise unless a claim has stored rows, all of readings that it has."""
    claim = read_register().get(claim_id)
    readings = claim.readings if claim else ()
    known = {key for each in readings for key, _ in list_variants(each)}
    odd = {*by_kind["reading"].dropna()} - known
    if by_kind.empty or claim is None or odd:
        raise MissingSourceError(
            f"has stored answers to {', '.join(sorted(odd))}, which the register lacks"
            if odd
            else "has no stored answer yet",
            where=claim_id,
            remedy="run `shequn claims --recompute --write`",
        )


def write_answers(answers: Answers) -> None:
    """Write both tables as CSV, each whole or not at all."""
    target = paths.PROCESSED / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, table in answers._asdict().items():
        write_text(target / f"{name}.csv", _to_csv(table))
    write_text(target / "datapackage.json", build_descriptor(answers))


def build_descriptor(answers: Answers) -> str:
    """Return the Frictionless descriptor of the stored answers, as JSON text."""
    project = read_project()
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "profile": "tabular-data-resource",
            "title": TITLES[name],
            "schema": {"fields": [_describe_field(table[column]) for column in table]},
        }
        for name, table in answers._asdict().items()
    ]
    package = {
        "profile": "tabular-data-package",
        "name": "shequn-answers",
        "title": "Answers to claims about online groups, and their estimates",
        **project.frozen,
        "licenses": [{"name": project.licence}],
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _describe_field(column: pd.Series[Any]) -> dict[str, str]:
    kinds = {"f": "number", "i": "integer", "b": "boolean"}
    kind = kinds.get(column.dtype.kind, "string")
    return {
        "name": str(column.name),
        "type": kind,
        "description": FIELDS[str(column.name)],
    }


def _to_csv(table: pd.DataFrame) -> str:
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue()


@cache
def read_answers() -> Answers:
    """Read the stored answers."""
    source = paths.PROCESSED / FOLDER
    if not (source / "answers.csv").is_file():
        raise MissingSourceError(
            "the stored answers are not there",
            where=str(source),
            remedy="run `shequn claims --recompute`",
        )
    return Answers(*(_read_csv(source / f"{name}.csv") for name in Answers._fields))


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a table; empty words are empty texts, other empty cells are missing."""
    table = pd.read_csv(path, dtype=dict.fromkeys(WORDS, str))
    return hold_words_as_objects(table).assign(
        **{name: table[name].fillna("") for name in WORDS if name in table}
    )


def list_differences(stored: Answers, computed: Answers) -> list[str]:
    """Return a line for each stored row that differs from the computed one."""
    lines = []
    for name, old, new in zip(Answers._fields, stored, computed, strict=True):
        before, after = (_to_csv(table).splitlines() for table in (old, new))
        changed = sorted(set(before) ^ set(after))
        lines += [f"{name}: {line}" for line in changed]
    return lines
