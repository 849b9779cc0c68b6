"""A page for each claim: what it says, what decided it, and what would change that."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from helpers.claims.contract.data_needs import needs_of
from helpers.claims.evaluation.registry import ESTIMATORS
from helpers.claims.evaluation.required_groups import design_size
from helpers.claims.fixed.literature import literature
from helpers.claims.fixed.register import claim
from helpers.prose import count
from helpers.site.axes import axis_for
from helpers.site.figure_pages import figure_in
from helpers.site.frontpage import word_of
from helpers.site.languages import Words
from helpers.site.quotable import interval_text, writer
from helpers.site.rendering import in_language, relative, render, study_page
from helpers.site.rules_told import threshold_of, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from markupsafe import Markup

    from helpers.site.board import Answer, Cell, Range
    from helpers.site.languages import Language
    from helpers.site.quotable import Numbers

__all__ = ["Code", "Surroundings", "claim_page", "estimator"]


@dataclass(frozen=True, slots=True)
class Code:
    """Where an estimator is written."""

    module: str
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What claim pages link to.

    Attributes
    ----------
    sections
        For each claim, address and title of the notebook sections about it.
    figures
        For each claim, the provenance of the figures that bear on it.
    verdicts
        Address and title of the notebook of verdicts.
    met
        For each need, the studies that meet it.
    """

    sections: Mapping[str, Sequence[tuple[str, str]]]
    figures: Mapping[str, Sequence[Mapping[str, Any]]]
    verdicts: tuple[str, str]
    met: Mapping[str, Sequence[str]]


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


def claim_page(
    answer: Answer, numbers: Numbers, around: Surroundings, language: Language
) -> str:
    """Return the source of a claim's page."""
    entry, page = claim(answer.claim), f"claims/{answer.claim}.html"
    here = in_language(page, language)
    bar, write = threshold_of(entry), writer(entry.id)
    shown = [c for cell in answer.cells for c in (cell, *cell.parts) if c.headline]
    ranges = [c.headline for c in shown if c.headline]
    code = estimator(entry.id)
    return render(
        "claim.md",
        here,
        language,
        one=entry,
        answer=answer,
        word=word_of(answer),
        marked=lambda name, _: numbers.interval(name),
        rows=[_forest_row(c, entry.id, numbers, here) for c in shown],
        axis=axis_for(ranges, [bar], write),
        bar=bar,
        write=write,
        size=(size := design_size(entry.id)),
        short=[c.study for c in shown if size and c.n and not size.reached(c.n)],
        refused=_refusals(answer),
        told=told(entry, Words(language)),
        definitions=_grouped((c.definition, c.study) for c in shown if c.definition),
        gated=[c for c in answer.cells if c.checks],
        curves=[_curve(c, bar, write) for c in shown if c.ways],
        beside=_beside(shown, write),
        notes=_grouped((c.note, c.study) for c in answer.cells if c.note),
        looked_at=[c.study for c in answer.speaking if c.looked_at],
        findings=literature(entry.id),
        needs=_needs(entry.id, around),
        sections=around.sections.get(entry.id, ()),
        figures=[figure_in(f, language) for f in around.figures.get(entry.id, ())],
        verdicts_page=around.verdicts[0],
        verdicts_title=around.verdicts[1],
        code=code,
    )


def _forest_row(
    cell: Cell, claim_id: str, numbers: Numbers, page: str
) -> dict[str, object]:
    whole, name = "/" not in cell.study, f"{claim_id}.{cell.study}"
    assert cell.headline is not None  # noqa: S101 - only such cells are shown
    text: str | Markup = numbers.interval(name) if whole else ""
    return {
        "label": cell.study,
        "href": relative(page, study_page(cell.study)) if whole else "",
        "range": cell.headline,
        "text": text or interval_text(cell.headline, writer(claim_id)),
        "n": _n(cell, name, numbers) if whole else _n(cell),
        "word": cell.word,
        "qualifiers": cell.qualifiers,
    }


def _n(cell: Cell, name: str = "", numbers: Numbers | None = None) -> str | Markup:
    if cell.n is None:
        return "–"
    return numbers(f"{name}.n") if numbers else count(cell.n)


def _refusals(answer: Answer) -> list[dict[str, Any]]:
    """Return the reasons for which studies give no estimate, with their studies."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for cell in answer.cells:
        if cell.speaks and cell.headline:
            continue
        failed = tuple(check for check in cell.checks if not check.passed)
        reason = cell.reason.replace(f"{cell.study} ", "")
        word = cell.word or "WAITING"
        why = {"word": word, "missing": cell.missing, "checks": failed}
        why["reason"] = "" if word == "WAITING" else reason
        key = (word, cell.missing, failed, why["reason"])
        found.setdefault(key, why | {"studies": []})["studies"].append(cell.study)
    return list(found.values())


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return each text once, with the names that share it."""
    found: dict[str, list[str]] = {}
    for text, name in pairs:
        found.setdefault(text, []).append(name)
    return list(found.items())


def _curve(
    cell: Cell, bar: float | None, write: Callable[[float], str]
) -> dict[str, object]:
    """Return a specification curve: ways sorted by estimate, the deciding marked."""
    assert cell.headline is not None  # noqa: S101 - only such cells are shown
    ways = sorted([*cell.ways, cell.headline], key=lambda one: one.estimate)
    axis = axis_for(ways, [bar], write)
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


def _beside(
    cells: Sequence[Cell], write: Callable[[float], str]
) -> list[dict[str, str]]:
    return [
        {"study": cell.study, "name": one.name, "text": _either(one, write)}
        for cell in cells
        for one in cell.beside
    ]


def _either(one: Range, write: Callable[[float], str]) -> str:
    """Write a number that stands beside, which may be of another kind than a share."""
    outside = not all(0 <= value <= 1 for value in (one.estimate, one.low, one.high))
    plain = writer("s0-fission-speed")  # a rule on a plain number
    return interval_text(one, plain if outside else write)


def _needs(claim_id: str, around: Surroundings) -> list[dict[str, object]]:
    return [
        {"name": n.name, "where": n.where, "met": around.met.get(n.name, ())}
        for n in needs_of(claim_id)
    ]
