"""What articles say against each other, and what is never put to a test."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.contract.data_needs import needs_of
from helpers.claims.fixed.contradictions import contradictions
from helpers.claims.rules.interval_rules import Word
from helpers.notebooks.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.claims import Claim
    from helpers.claims.fixed.contradictions import Contradiction

__all__ = ["contradictions_table", "untested_table", "wanting"]

OPEN = {"UNTESTABLE", "UNFALSIFIABLE"}
NOTHING: Mapping[str, Word | None] = MappingProxyType({})


def contradictions_table(board: pd.DataFrame) -> Table:
    """Return both sides of each contradiction in the studies that answer either.

    Parameters
    ----------
    board
        As `helpers.claims.scoreboard` returns it.
    """
    rows = [row for one in contradictions() for row in _sides(one, board)]
    return Table(pd.DataFrame(rows), "The articles against each other")


def _sides(one: Contradiction, board: pd.DataFrame) -> list[dict[str, str]]:
    mine = board[board["claim"].isin([*one.first, *one.second])]
    told = mine[mine["verdict"].notna() & ~mine["verdict"].isin(OPEN)]
    about = {"contrast": f"{one.name} {one.zh}", "decided by": one.decides}
    if told.empty:
        lacks = wanting([*one.first, *one.second])
        blank = {"first": _named(one.first), "second": _named(one.second)}
        return [about | {"study": "–"} | blank | {"says": f"needs {lacks}"}]
    return [
        about | {"study": str(study)} | _both(one, rows)
        for study, rows in told.groupby("study", sort=True)
    ]


def _both(one: Contradiction, rows: pd.DataFrame) -> dict[str, str]:
    told = zip(rows["claim"].astype(str), rows["verdict"].astype(str), strict=True)
    words: dict[str, Word | None] = {claim: Word(word) for claim, word in told}
    return {
        "first": _named(one.first, words),
        "second": _named(one.second, words),
        "says": one.between(words),
    }


def _named(
    claims: Sequence[str], words: Mapping[str, Word | None] | None = None
) -> str:
    return "; ".join(f"{claim}: {(words or {}).get(claim, '–')}" for claim in claims)


def wanting(claims: Sequence[str]) -> str:
    """Return what some claims need, each thing once.

    >>> wanting(["s3-types-differ-in-survival"]).split("; ")[-1]
    'the type of each group (kinds.type)'
    """
    return "; ".join(dict.fromkeys(str(n) for one in claims for n in needs_of(one)))


def untested_table(register: Mapping[str, Claim]) -> Table:
    """Return the claims that no data decide, with the reason.

    Untestable by default are those for which only surveys or figures from outside
    would do; unfalsifiable are those that no observation could count against.
    """
    rows = [
        {
            "claim": one.id,
            "statement": f"{one.en} {one.zh}",
            "status": one.status.replace("_default", " by default"),
            "why": one.rule if one.status == "unfalsifiable" else one.untestable_if,
        }
        for one in register.values()
        if one.status != "testable"
    ]
    return Table(pd.DataFrame(rows), "Claims that are not tested")
