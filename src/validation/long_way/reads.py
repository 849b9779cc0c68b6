"""Which columns, windows and months of tables each claim reads.

A column is read if a verdict is another one, or none, without it. The list is kept in
`reads.toml` because finding it takes minutes; `python -m
validation.long_way.reads` from the top of the project writes it again. A list
that leaves something out is found out: the verdict of the long way rests on whole
tables, and must be the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from helpers.files import write_text
from validation.coverage.cells import Subject
from validation.coverage.subjects import SUBJECTS
from validation.coverage.truths import Truth
from validation.worlds.claims.subject import Tabled, evaluate_in_memory

Change = Callable[[dict[str, pd.DataFrame]], object]

Reads = dict[str, frozenset[str]]
WINDOWS, MONTHS = "in_windows", "in_months"
ROWS = {WINDOWS: ("windows", "window"), MONTHS: ("months", "month")}
KEPT = Path(__file__).with_name("reads.toml")
SEED = 20261120
UNTOLD = {"groups": {"key"}, "months": {"later_by_others"}}  # names; what is shown only
ENOUGH = 300  # groups: what is read hardly hangs on how many there are
MOST = 8  # windows, and months: where all of the first are read, later ones are too
CLAIMS = sorted(
    name
    for name, subject in SUBJECTS.items()
    if subject.kind == "claim" and isinstance(subject.way, Tabled)
)


@cache
def _kept() -> dict[str, dict[str, str]]:
    return tomllib.loads(KEPT.read_text(encoding="utf-8"))


def reads_of(claim: str) -> Reads:
    """Return the columns that a claim's verdict depends on, by table."""
    assert claim in _kept(), f"{claim} is not in {KEPT.name}: {__doc__}"
    return {name: frozenset(row.split()) for name, row in _kept()[claim].items()}


def _found(subject: Subject) -> dict[str, list[str]]:
    """Find the table columns on which the verdict on a claim depends."""
    truths = subject.sure or subject.truths[:2]
    both = [_read_in(subject, truth) for truth in truths]
    return {
        name: list(
            dict.fromkeys(value for found in both for value in found.get(name, ()))
        )
        for name in dict.fromkeys(name for found in both for name in found)
    }


def _read_in(subject: Subject, truth: Truth) -> dict[str, list[str]]:
    """Find the columns whose removal or change alters the verdict on one study."""
    size = _size(subject, truth)

    def judged(change: Change = dict.copy) -> str:
        study = subject.way.study(truth, size, SEED)
        change(study.tables)
        try:
            said = evaluate_in_memory(subject.name, study)
            return repr(replace(said, beside=()))  # what is shown decides nothing
        except Exception as error:  # noqa: BLE001 - whatever a missing column does
            return type(error).__name__

    usual, tables = judged(), subject.way.study(truth, size, SEED).tables
    found = {
        name: [
            column
            for column in table.columns.difference([*UNTOLD.get(name, ())], sort=False)
            if judged(_without(name, column)) != usual
        ]
        for name, table in tables.items()
        if judged(_without_table(name)) != usual
    }
    for rows, (table, column) in ROWS.items():
        if column in found.get(table, ()):
            here = sorted(tables[table][column].unique())[:MOST]
            cuts = {value: _without_rows(table, column, value) for value in here}
            found[rows] = [f"{value}" for value in here if judged(cuts[value]) != usual]
    return found


def _size(subject: Subject, truth: Truth) -> int:
    """Return a number of groups at which the verdict on a simulated study is right."""
    enough = min(subject.groups, ENOUGH)
    said = evaluate_in_memory(subject.name, subject.way.study(truth, enough, SEED))
    return enough if said.word is truth.right else subject.groups


def _without_table(name: str) -> Change:
    return lambda tables: tables.pop(name)


def _without(table: str, column: str) -> Change:
    return lambda tables: tables[table].pop(column)


def _without_rows(table: str, column: str, value: object) -> Change:
    def change(tables: dict[str, pd.DataFrame]) -> None:
        tables[table] = tables[table][tables[table][column] != value]

    return change


def _lines() -> Iterator[str]:
    for claim in CLAIMS:
        yield f"[{claim}]"
        for name, columns in _found(SUBJECTS[claim]).items():
            yield f'{name} = "{" ".join(columns)}"'
        yield ""


if __name__ == "__main__":
    write_text(KEPT, "\n".join(_lines()).rstrip() + "\n")
