"""Verdicts as notebooks show them: a table, and the rows of a forest plot."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims import Word, claim, report
from helpers.claims.contract.card import card, written
from helpers.notebooks.tables import Table
from helpers.prose import Prose, count, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from helpers.claims import Verdict
    from helpers.study import Study

__all__ = [
    "answers",
    "beside_table",
    "forest_rows",
    "verdict_table",
    "verdicts_on",
]


def verdicts_on(claim_id: str, studies: Iterable[Study]) -> list[Verdict]:
    """Return the claim's verdict in each study; parts of a study come after it."""
    found = [report(claim_id, study) for study in studies]
    return [one for verdict in found for one in (verdict, *verdict.parts)]


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    """Return one row a study that answers; beneath, who does not and what is missing.

    Estimates are written as the claim's card says.
    """
    rows = pd.DataFrame([_row(one) for one in verdicts if one.word not in _SILENT])
    of = card(verdicts[0].claim).legs[0].of
    formats = dict.fromkeys(("estimate", "low", "high"), partial(written, of))
    return Table(
        rows.dropna(axis="columns", how="all"),
        f"Verdicts on {verdicts[0].claim}",
        {**formats, "groups": count},
        notes=tuple(_refusals(verdicts)),
    )


_SILENT = {None, Word.UNTESTABLE, Word.UNFALSIFIABLE}


def _refusals(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Yield a sentence for each reason, naming the studies that share it."""
    by_reason: dict[str, list[str]] = {}
    for one in verdicts:
        if one.word in _SILENT:
            why = one.reason.replace(f"{one.study} ", "this study ").rstrip(".")
            by_reason.setdefault(why, []).append(one.study)
    for why, names in by_reason.items():
        yield f"{Word.UNTESTABLE} in {', '.join(names)}: {why}."


def _row(verdict: Verdict) -> dict[str, object]:
    return {
        "study": verdict.study,
        "verdict": str(verdict),
        "estimate": verdict.estimate,
        "low": verdict.low,
        "high": verdict.high,
        "groups": verdict.n,
        "definition": verdict.definition or None,
        "reason": verdict.reason or None,
        "note": verdict.note or None,
    }


def forest_rows(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return the rows that `helpers.figures.forest.forest_plot` draws.

    Studies without an estimate are left out: the table beside says why.
    """
    return pd.DataFrame(
        {
            "label": verdict.study,
            "estimate": verdict.estimate,
            "low": verdict.low,
            "high": verdict.high,
            "n": verdict.n,
            "verdict": verdict.word,
            "reason": None,
        }
        for verdict in _once(verdicts)
        if verdict.estimate is not None
    )


def _once(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Leave out a network whose estimate is its source's own."""
    known: dict[str, list[tuple[float, ...] | None]] = {}
    for one in verdicts:
        source, _, network = one.study.partition("/")
        if not network:
            known[source] = _numbers(one)
        if not network or known.get(source) != _numbers(one):
            yield one


def _numbers(verdict: Verdict) -> list[tuple[float, ...] | None]:
    return [
        None if leg is None else (leg.estimate, leg.low, leg.high)
        for leg in verdict.legs
    ]


def answers(*claims: Sequence[Verdict]) -> Prose:
    """Return one line a claim: what it says, and how it fares in the studies."""
    return Prose("\n".join(_answer(verdicts) for verdicts in claims))


def _answer(verdicts: Sequence[Verdict]) -> str:
    whole = [one for one in verdicts if "/" not in one.study]
    told = [one for one in whole if one.word not in _SILENT]
    silent = len(whole) - len(told)
    words = [f"**{one.word}** in {_where(one)}" for one in told]
    if silent:
        others = "the other " if told else ""
        corpora = "corpus" if silent == 1 else "corpora"
        words.append(f"{Word.UNTESTABLE} in {others}{silent} {corpora}")
    statement = escape(claim(whole[0].claim).en, quote=False).rstrip(".")
    return f"- {statement}: {'; '.join(words)}."


def _where(verdict: Verdict) -> str:
    said = f" ({', '.join(verdict.qualifiers)})" if verdict.qualifiers else ""
    return f"`{verdict.study}`{said}"


def beside_table(verdicts: Iterable[Verdict]) -> Table:
    """Return the numbers printed beside the deciding ones."""
    rows = [
        {
            "study": verdict.study,
            "reading": one.name,
            "estimate": one.interval.estimate,
            "low": one.interval.low,
            "high": one.interval.high,
        }
        for verdict in verdicts
        for one in verdict.beside
    ]
    formats = dict.fromkeys(("estimate", "low", "high"), share)
    return Table(pd.DataFrame(rows), "Printed beside, deciding nothing", formats)
