"""How far the common, wrong readings of silence are from the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.deaths import still_watched
from helpers.errors import NotIdentifiableError
from helpers.notebooks.curves import FEWEST, lives_of
from helpers.notebooks.tables import Table
from helpers.prose import share
from helpers.survival import naive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.study import Study
    from helpers.survival import Lifetimes

__all__ = ["naive_errors"]

HORIZON = 365.0


def naive_errors(studies: Iterable[Study]) -> Table:
    """Return F(365) under each naive reading, and its error against the right one.

    Studies of which too few groups were watched to draw a curve are left out.

    Raises
    ------
    NotIdentifiableError
        If that leaves none.
    """
    watched = [study for study in studies if len(lives_of(study)) >= FEWEST]
    if not watched:
        raise NotIdentifiableError(
            f"no study has {FEWEST} groups that were watched long enough to compare"
            " readings of their silence",
            where="naive readings",
        )
    rows = [row for study in watched for row in _readings(study)]
    formats = {"dead within a year": share, "error": "{:+.3f}".format}
    return Table(pd.DataFrame(rows), "Naive readings against the rule", formats)


def _readings(study: Study) -> list[dict[str, object]]:
    groups, right = still_watched(study.table("groups")), lives_of(study)
    readings = {
        "the silence rule": right,
        "every last message a death": naive.every_last_message_a_death(groups),
        "survivors censored at last message": naive.censored_at_last_message(groups),
        "survivors censored at data end": naive.censored_at_data_end(groups),
    }
    if (right.entry > 0).any():
        readings["late entry ignored"] = naive.ignoring_entry(right)
    true = _dead(right)
    return [
        {
            "study": study.name,
            "reading": name,
            "dead within a year": dead,
            "error": None if dead is None or true is None else dead - true,
        }
        for name, dead in ((name, _dead(lives)) for name, lives in readings.items())
    ]


def _dead(lives: Lifetimes) -> float | None:
    """Share dead by the horizon; none if nobody was watched for so long."""
    curve = lives.curve()
    if (lives.entry > 0).any():
        curve = curve.from_at_risk()
    try:
        return 1 - curve.at(HORIZON)
    except NotIdentifiableError:
        return None
