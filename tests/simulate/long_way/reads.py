"""Which columns of which tables each claim reads, and which windows of age.

A column is read if a verdict is another one, or none, without it. The list is kept in
`reads.toml` because finding it takes minutes; `python -m tests.simulate.long_way.reads`
from the top of the project writes it again. A list that leaves something out is found
out: studies are cut down to what is listed before they are judged.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.calibration import SUBJECTS
from helpers.calibration.worlds.subject import Tabled, verdict
from helpers.files import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.calibration.cells import Subject
    from helpers.calibration.worlds.tabled import Planted

__all__ = ["CLAIMS", "WINDOWS", "Reads", "cut", "reads_of"]

Reads = dict[str, frozenset[str]]
WINDOWS = "in_windows"
KEPT = Path(__file__).with_name("reads.toml")
SEED = 20261120
ENOUGH = 300  # groups: what is read hardly hangs on how many there are
CLAIMS = sorted(
    name
    for name, one in SUBJECTS.items()
    if one.kind == "claim" and isinstance(one.way, Tabled)
)


@cache
def _kept() -> dict[str, dict[str, str]]:
    return tomllib.loads(KEPT.read_text(encoding="utf-8"))


def reads_of(claim: str) -> Reads:
    """Return the columns that a claim reads by table, and `WINDOWS` by name."""
    return {name: frozenset(row.split()) for name, row in _kept()[claim].items()}


def cut(study: Planted, reads: Reads) -> Planted:
    """Return a study with nothing but what a claim reads."""
    tables = {}
    for name in sorted(reads.keys() - {WINDOWS}):
        table = study.tables[name]
        if name == "windows":
            table = table[table["window"].isin(reads[WINDOWS])]
        here = [column for column in table.columns if column in reads[name]]
        tables[name] = table[here].reset_index(drop=True)
    return type(study)(tables, study.observability, study.manifest)


def _found(subject: Subject) -> dict[str, list[str]]:
    """Return what makes a difference to the verdict of a subject's true world."""

    def judged(change: Callable[[Planted], object] = bool) -> str:
        study = subject.way.study(truth, size, SEED)
        change(study)
        try:
            return repr(verdict(subject.name, study))
        except Exception as error:  # noqa: BLE001 - whatever a missing column does
            return type(error).__name__

    def without(table: str, column: str) -> Callable[[Planted], object]:
        return lambda study: study.tables[table].pop(column)

    truth, size = (subject.sure or subject.truths)[0], min(subject.groups, ENOUGH)
    usual, tables = judged(), subject.way.study(truth, size, SEED).tables
    found = {
        name: [c for c in table.columns if judged(without(name, c)) != usual]
        for name, table in tables.items()
        if judged(lambda study, name=name: study.tables.pop(name)) != usual
    }
    if "windows" in found:
        found[WINDOWS] = [
            window
            for window in dict.fromkeys(tables["windows"]["window"])
            if judged(_without_window(window)) != usual
        ]
    return found


def _without_window(window: str) -> Callable[[Planted], object]:
    def change(study: Planted) -> None:
        rows = study.tables["windows"]
        study.tables["windows"] = rows[rows["window"] != window]

    return change


def _lines() -> Iterator[str]:
    for claim in CLAIMS:
        yield f"[{claim}]"
        for name, columns in _found(SUBJECTS[claim]).items():
            yield f'{name} = "{" ".join(columns)}"'
        yield ""


if __name__ == "__main__":
    write_text(KEPT, "\n".join(_lines()))
