"""What changed in groups: their level of messages, regulars who stopped, newcomers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.records import DAY_US, MONTH_DAYS
from helpers.study import Study

LEAST_MONTHS, LEAST_BEFORE, LEAST_SINCE = 6, 3, 2
TIMES = 2.0  # the median month before and since differ by this factor at least
SURE = 4.0  # standard errors between the means, on the scale of square roots
REGULAR_DAYS = 10  # on which somebody wrote
RECENT_DAYS = 60
LEAST_DAYS = 2 * RECENT_DAYS  # of a record that can tell who is new in it


@dataclass(frozen=True, slots=True)
class Change:
    """A change of level: the median month before it and since."""

    month: str  # the first of the new level
    before: int
    since: int

    @property
    def factor(self) -> float:
        """How many times as many messages as before, or as few."""
        low, high = sorted((self.before, self.since))
        return high / max(low, 1)


@dataclass(frozen=True, slots=True)
class People:
    """Regulars of a group who stopped, and people new in it; by their ids."""

    stopped: tuple[object, ...]
    new: tuple[object, ...]


def count_months(days: pd.DataFrame, end_day: int) -> pd.Series[int]:
    """Count messages by whole month of one group, months without any as 0.

    `days`: ``day`` (since 1970) and ``messages``; the record ends with `end_day`,
    which counts to its end, as every day does: 31 January makes January whole.

    >>> days = pd.DataFrame({"day": [0, 30], "messages": 1})
    >>> len(count_months(days, 29)), len(count_months(days, 30))
    (0, 1)
    """
    if days.empty:
        return pd.Series(dtype="int64")
    dates = pd.to_datetime(days["day"].astype("int64"), unit="D")
    months = days["messages"].groupby(dates.dt.to_period("M")).sum()
    last = pd.Timestamp(end_day + 1, unit="D").to_period("M") - 1  # whole
    first = dates.min()
    start = first.to_period("M") + int(first.day > 1)
    every = pd.period_range(start, last, freq="M")
    counts: pd.Series[int] = months.reindex(every, fill_value=0).astype("int64")
    return counts


def find_change(months: pd.Series[int]) -> Change | None:
    """Find the month since which a group has had another level, if there is one.

    The split of the months with the largest distance between mean square roots, in
    standard errors; at least three months before it and two since.

    >>> months = pd.period_range("2024-01", periods=10, freq="M")
    >>> find_change(pd.Series([90, 100, 95, 110, 99, 12, 9, 11, 8, 10], months))
    Change(month='2024-06', before=99, since=10)
    >>> find_change(pd.Series([90, 100, 95, 110, 99, 92, 99, 101, 98, 110], months))
    """
    if len(months) < LEAST_MONTHS:
        return None
    counts = months.to_numpy(np.float64)
    splits = range(LEAST_BEFORE, len(counts) - LEAST_SINCE + 1)
    distances = [_measure_distance(np.sqrt(counts), split) for split in splits]
    best = int(np.argmax(distances))
    split = splits[best]
    change = Change(
        str(months.index[split]),
        round(float(np.median(counts[:split]))),
        round(float(np.median(counts[split:]))),
    )
    if distances[best] < SURE or change.factor < TIMES:
        return None
    return change


def _measure_distance(roots: Floats, split: int) -> float:
    early, late = roots[:split], roots[split:]
    within = ((early - early.mean()) ** 2).sum() + ((late - late.mean()) ** 2).sum()
    # a square root of counts has a variance of a quarter, at least
    variance = max(within / (len(roots) - 2), 0.25)
    error = np.sqrt(variance * (1 / len(early) + 1 / len(late)))
    return float(abs(late.mean() - early.mean()) / error)


def find_people(spoke: pd.DataFrame, end_day: int) -> People | None:
    """Find regulars of a group who stopped, and who wrote for the first time lately.

    `spoke`: ``person`` and ``day`` on which they wrote, once each. None where the
    record is too short, or nobody has written for four weeks.
    """
    if spoke.empty or end_day - spoke["day"].max() > MONTH_DAYS:
        return None
    if end_day - spoke["day"].min() < LEAST_DAYS:
        return None
    by = spoke.groupby("person", observed=True)["day"].agg(["min", "max", "nunique"])
    recent = end_day - RECENT_DAYS
    stopped = by[(by["max"] <= recent) & (by["nunique"] >= REGULAR_DAYS)]
    new = by[by["min"] > recent]
    order = stopped.sort_values(["nunique", "max"], ascending=False).index
    return People(tuple(order), tuple(new.sort_values("min", kind="stable").index))


def find_changes(study: Study, over: Collection[int]) -> dict[int, Change]:
    """Find the changes of level of all groups of a study, by group.

    Of groups that are over, months after their last message are no level.
    """
    ends, found = list_last_days(study), {}
    for group, days in study.table("daily").groupby("group"):
        key = int(str(group))
        end = int(days["day"].max()) if key in over else ends[key]
        if change := find_change(count_months(days, end)):
            found[key] = change
    return found


def list_people(study: Study) -> dict[int, People]:
    """List who stopped and who is new in each group of a study, by group."""
    if "member_days" not in study.manifest.tables:
        return {}
    ends, found = list_last_days(study), {}
    days = study.table("member_days").rename(columns={"member": "person"})
    for group, rows in days.groupby("group"):
        if people := find_people(rows, ends[int(str(group))]):
            found[int(str(group))] = people
    return found


def list_last_days(study: Study) -> dict[int, int]:
    """List the last day of each group's record, since 1970, by group."""
    groups = study.table("groups")
    days = (groups["end_us"] - 1 + study.manifest.day_offset_us) // DAY_US
    return dict(zip(groups["group"], days.astype("int64"), strict=True))
