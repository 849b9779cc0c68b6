"""Groups that filled at once, and who died after it."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from helpers.claims.definitions.first_days import age_at, early_days, joins
from helpers.claims.designs.hazards.landmark import RC, Landmark, log_adjusted, terciles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from helpers.claims.contract.finding import Estimator, Finding
    from helpers.claims.contract.study_view import Evidence

    Came = Callable[[Evidence], pd.DataFrame]

__all__ = ["ESTIMATORS", "HASTY_SETS", "rushed"]

HASTY_SETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "day": {"landmark 28": 28, "landmark 14": 14},
        "soon": {"come by day 2": 2, "by day 1": 1, "by day 6": 6},
        **RC,
    }
)


def hasty_copycat(evidence: Evidence) -> Finding:
    """Compare groups whose members had come at once with those that filled slowly."""
    return rushed(evidence, joins, 28, 2).finding(
        "top against bottom tercile of the share of members at day 28 who had joined by"
        " day 2",
        sets=HASTY_SETS,
        build=partial(rushed, evidence, joins),
    )


def rushed(evidence: Evidence, came: Came, day: int, soon: int) -> Landmark:
    """Return groups by the share of their people who had come by a day.

    Parameters
    ----------
    came
        Gives ``group, member, came_us, left_us``.
    """
    rows = came(evidence)
    age, left = (age_at(evidence, rows, name) for name in ("came_us", "left_us"))
    there = rows.assign(soon=age < soon + 1)[(age < day) & ~(left < day)]
    by = there.groupby("group")["soon"]
    said = early_days(evidence, day).groupby("group")["messages"].sum()
    size = by.size().rename("members").to_frame()
    size["said"] = said.reindex(size.index, fill_value=0)
    return Landmark(
        evidence=evidence,
        exposure=by.mean(),
        adjust=log_adjusted(size, "members", "said"),
        day=float(day),
        last_day=day - 1.0,
        coding=terciles,
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s0-hasty-copycat-dies": hasty_copycat,
    }
)
