"""Verdicts as notebooks show them: a table, and the rows of a forest plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims import evaluate
from helpers.notebooks.tables import Table
from helpers.prose import count, ratio, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from helpers.claims import Verdict
    from helpers.study import Study

__all__ = ["forest_rows", "specification_rows", "verdict_table", "verdicts_on"]


def verdicts_on(claim_id: str, studies: Iterable[Study]) -> list[Verdict]:
    """Return the claim's verdict in each study; parts of a study come after it."""
    found = [evaluate(claim_id, study) for study in studies]
    return [one for verdict in found for one in (verdict, *verdict.parts)]


def verdict_table(verdicts: Sequence[Verdict], *, of: str = "share") -> Table:
    """Return one row a study: verdict, estimate, limits, n, agreement, reason.

    Parameters
    ----------
    of
        ``share`` or ``ratio``: how estimates are written.
    """
    write: Callable[..., str] = {"share": share, "ratio": ratio}[of]
    rows = pd.DataFrame([_row(verdict) for verdict in verdicts])
    formats = dict.fromkeys(("estimate", "low", "high"), write)
    return Table(
        rows.dropna(axis="columns", how="all"),
        f"Verdicts on {verdicts[0].claim}",
        {**formats, "groups": count},
    )


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
    """Return the rows that `helpers.figures.forest.forest_plot` draws."""
    return pd.DataFrame(
        {
            "label": verdict.study,
            "estimate": verdict.estimate,
            "low": verdict.low,
            "high": verdict.high,
            "n": verdict.n,
            "verdict": verdict.word,
            "reason": None if verdict.estimate is not None else verdict.reason,
        }
        for verdict in verdicts
        if not verdict.parts or verdict.estimate is not None
    )


def specification_rows(verdict: Verdict) -> Table:
    """Return every other way to have done it, with what it gives."""
    rows = [
        {
            "specification": one.name,
            "estimate": one.legs[0].estimate if one.legs and one.legs[0] else None,
            "low": one.legs[0].low if one.legs and one.legs[0] else None,
            "high": one.legs[0].high if one.legs and one.legs[0] else None,
            "counts": "yes" if one.counts else "no",
        }
        for one in verdict.specifications
    ]
    formats = dict.fromkeys(("estimate", "low", "high"), share)
    title = f"Specifications of {verdict.claim} in {verdict.study}"
    return Table(pd.DataFrame(rows), title, formats)
