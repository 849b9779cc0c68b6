"""How far the common, wrong readings of silence are from the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.definitions.death_definitions import failure
from helpers.claims.definitions.deaths import Ends, still_watched
from helpers.errors import NotIdentifiableError
from helpers.notebooks.curves import FEWEST, ends_of, lives_of
from helpers.notebooks.tables import Table
from helpers.prose import share
from helpers.survival import naive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.study import Study
    from helpers.survival import Lifetimes

__all__ = ["naive_errors"]

HORIZON = 365.0
UNSHOWN = 2  # samples: no interval stands in the table


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
    groups, right = still_watched(study.table("groups")), ends_of(study)
    readings: dict[str, Lifetimes | Ends] = {
        "the silence rule": right,
        "every last message a death": naive.every_last_message_a_death(groups),
        "survivors censored at last message": naive.censored_at_last_message(groups),
        "survivors censored at data end": naive.censored_at_data_end(groups),
    }
    if (right.lives.entry > 0).any():
        ignored = right._replace(lives=naive.ignoring_entry(right.lives))
        readings["late entry ignored"] = ignored
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


def _dead(of: Lifetimes | Ends) -> float | None:
    """Share dead by the horizon; none if nobody was watched for so long."""
    if isinstance(of, Ends):
        return _failed(of)
    lives, curve = of, of.curve()
    if (lives.entry > 0).any():
        curve = curve.from_at_risk()
    try:
        return 1 - curve.at(HORIZON)
    except NotIdentifiableError:
        return None


def _failed(ends: Ends) -> float | None:
    """Share dead of what is a death; a purpose fulfilled competes."""
    try:
        return failure(ends, HORIZON, replicates=UNSHOWN).estimate
    except NotIdentifiableError:
        return None
