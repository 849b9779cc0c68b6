"""How talk falls off after a group's first weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.designs.shares import DRAWS, SEED
from helpers.claims.evidence import Evidence
from helpers.claims.quantity import quantity
from helpers.claims.requirements import require_sampled
from helpers.inference import estimate_rate_ratio
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters


@quantity("later_talk", of="ratio", association=False)
def estimate_later_talk(
    evidence: Evidence, *, early: str = "1-13", late: str = "56-83"
) -> Interval:
    """Estimate the ratio of messages a day in a later range of ages to an earlier one.

    Of groups observed through both; those silent later count with 0. The ratio of
    totals is the period effect of a Poisson model with an effect for each group.

    Parameters
    ----------
    early, late
        Names of windows, in days of age.
    """
    first = evidence.window(early)
    first = first[first["group"].isin(evidence.from_birth["group"])]
    second = evidence.window(late)[["group", "messages", "from_day", "to_day"]]
    return _compare(first.merge(second, on="group", suffixes=("", "_late")))


@quantity("later_talk_by_month", of="ratio", association=False)
def estimate_later_talk_by_month(
    evidence: Evidence, *, early: int = 1, late: int = 3
) -> Interval:
    """Estimate the ratio of messages a day, third to first whole calendar month.

    The first days lie in neither, so that the loss of novelty is underrated.
    """
    groups = evidence.from_birth
    born, end = (_to_month(groups[name] // DAY_US) for name in ("origin_us", "end_us"))
    groups = groups.assign(born=born)[end - born > late]
    daily = evidence.daily
    since = _to_month(daily["day"]) - daily["group"].map(
        groups.set_index("group")["born"]
    )
    messages = daily.groupby(["group", since.rename("since")])["messages"].sum()
    for name, month in (("", early), ("_late", late)):
        of = messages[messages.index.get_level_values("since") == month]
        total = groups["group"].map(of.droplevel("since")).fillna(0)
        groups[f"messages{name}"] = total
        first = _to_first_day(groups["born"] + month)
        groups[f"from_day{name}"] = np.maximum(first, groups["origin_us"] // DAY_US)
        groups[f"to_day{name}"] = _to_first_day(groups["born"] + month + 1) - 1
    return _compare(groups)


def _compare(both: pd.DataFrame) -> Interval:
    """Estimate the ratio of rates of two windows of the same groups."""
    require_sampled(both)
    return estimate_rate_ratio(
        both["messages_late"],
        both["to_day_late"] - both["from_day_late"] + 1,
        both["messages"],
        both["to_day"] - both["from_day"] + 1,
        choose_clusters(both["network"], both["batch"]),
        seed=SEED,
        replicates=DRAWS,
    )


def _to_month(days: pd.Series[int]) -> pd.Series[int]:
    """Convert day numbers since 1970 to calendar month numbers since 1970."""
    at = pd.to_datetime(days, unit="D")
    return (at.dt.year - 1970) * 12 + at.dt.month - 1


def _to_first_day(months: pd.Series[int]) -> pd.Series[int]:
    """Convert months since 1970 to their first day, in days since 1970.

    >>> _to_first_day(pd.Series([0, 1, 12])).tolist()
    [0, 31, 365]
    """
    begins = months.to_numpy("int64").astype("datetime64[M]").astype("datetime64[D]")
    return pd.Series(begins.astype("int64"), index=months.index)
