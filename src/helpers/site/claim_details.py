"""What a claim's page folds away: refusals, other ways of counting, needs, code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from helpers.claims.contract.card import written
from helpers.claims.contract.data_needs import needs_of
from helpers.claims.evaluation.registry import ESTIMATORS
from helpers.claims.rules.interval_rules import Word
from helpers.site.axes import axis_for
from helpers.site.board import Answer, Cell, Range
from helpers.site.languages import Language
from helpers.site.quotable import interval_text, kind_of, writer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Code:
    """Where an estimator is written."""

    module: str
    path: str
    name: str


def estimator(claim_id: str) -> Code | None:
    """Return where a claim's estimator is written, if there is one.

    >>> estimator("s0-three-month-death").path
    'src/helpers/claims/themes/lifetime/lifetimes.py'
    """
    found: Any = ESTIMATORS.get(claim_id)
    if found is None:
        return None
    while isinstance(found, partial):
        found = found.func
    made = inspect.unwrap(found)
    made = made if inspect.isroutine(made) else type(made)
    module = made.__module__.rpartition(".")[2]
    inside = made.__module__.replace(".", "/")
    return Code(module, f"src/{inside}.py", made.__qualname__.partition(".<")[0])


def refusals(answer: Answer) -> list[dict[str, Any]]:
    """Return the reasons for which studies give no estimate, with their studies."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for cell in answer.cells:
        if cell.speaks:
            continue
        failed = tuple(check for check in cell.checks if not check.passed)
        reason = cell.reason.replace(f"{cell.study} ", "")
        word = cell.word or Word.UNTESTABLE
        why = {"word": word, "missing": cell.missing, "checks": failed}
        why["reason"] = reason if cell.word else ""
        key = (word, cell.missing, failed, why["reason"])
        found.setdefault(key, why | {"studies": []})["studies"].append(cell.study)
    return list(found.values())


def grouped(pairs: Iterable[tuple[T, str]]) -> list[tuple[T, list[str]]]:
    """Return each text once, with the names that share it."""
    found: dict[T, list[str]] = {}
    for text, name in pairs:
        found.setdefault(text, []).append(name)
    return list(found.items())


def curve(
    cell: Cell, bar: float | None, claim_id: str, language: Language
) -> dict[str, object]:
    """Return a specification curve: ways sorted by estimate, the deciding marked."""
    assert cell.headline is not None  # noqa: S101 - only such cells are shown
    ways = sorted([*cell.ways, cell.headline], key=lambda one: one.estimate)
    axis, write = axis_for(ways, [bar], kind_of(claim_id)), writer(claim_id, language)
    step = 100 / len(ways)
    return {
        "study": cell.study,
        "agreeing": cell.agreeing,
        "counted": cell.counted,
        "axis": axis,
        "ways": [
            {
                "range": one,
                "deciding": one is cell.headline,
                "left": round(step * (place + 0.5), 2),
                "dot": _dot(axis.place(one.low), axis.place(one.high), one, axis.place),
                "text": interval_text(one, write),
            }
            for place, one in enumerate(ways)
        ],
    }


def _dot(low: float, high: float, one: Range, place: Callable[[float], float]) -> float:
    """Return how far up its own line an estimate lies, in percent."""
    return (
        round(100 * (place(one.estimate) - low) / (high - low), 1) if high > low else 50
    )


def beside(
    cells: Sequence[Cell], write: Callable[[float], str]
) -> list[dict[str, str]]:
    """Return the numbers that decide nothing, by source."""
    return [
        {"study": cell.study, "name": one.name, "text": _either(one, write)}
        for cell in cells
        for one in cell.beside
    ]


def _either(one: Range, write: Callable[[float], str]) -> str:
    """Write a number that stands beside, which may be of another kind than a share."""
    outside = not all(0 <= value <= 1 for value in (one.estimate, one.low, one.high))
    plain = partial(written, "number", language="en")
    return interval_text(one, plain if outside else write)


def needs(claim_id: str, met: Mapping[str, Sequence[str]]) -> list[dict[str, object]]:
    """Return what a claim needs, where it would stand, and which sources have it."""
    return [
        {"name": n.name, "where": n.where, "met": met.get(n.name, ())}
        for n in needs_of(claim_id)
    ]
