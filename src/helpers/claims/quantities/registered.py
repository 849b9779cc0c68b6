"""Lifetimes of groups with two recorded dates: creation, last activity.

One reading of the table `registry` for all sources: silence of W days after the last
activity is death at it. Nobody's traffic is known, so that W is the same for all; the
sources' own breaks make no deaths.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import (
    FULFILLED,
    LOST_FROM_SIGHT,
    Ends,
    define_by_silence,
)
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, WEEK_DAYS
from helpers.survival import assemble_lifetimes, compute_observation_ages
from helpers.survival.lifetimes import SHORTEST_GAP, Form
from helpers.wording import say

NO_DEATH = (FULFILLED, "administrative", "merged")
LEAST_UNITS, TIMES, AROUND = 20, 10, 28
MOSTLY = 0.9
READINGS = 8


@lru_cache(maxsize=READINGS)
def define_registered_lifetimes(
    evidence: Evidence, *, w_days: float, form: Form = "last_message"
) -> Ends:
    """Define lifetimes from creation to last activity; W days of silence are death.

    What never was active is dead at 0. An end made by the administration, a merger or
    a purpose fulfilled competes, if it came before the silence was sure. Groups last
    seen on a break of the source are censored there.

    Parameters
    ----------
    form
        ``first_gap`` needs the days of activity (`snapshots.active`).
    """
    rows = extend_to_record_end(evidence.groups)
    spells = _find_gaps(evidence) if form == "first_gap" else _build_empty_gaps()
    rate = np.full(len(rows), np.inf)  # W is not made to fit a traffic nobody knows
    ends = define_by_silence(
        rows, spells, w_days=w_days, longest_w_days=w_days, form=form, early_rate=rate
    )
    return _censor_at_break(rows, ends, w_days)


def extend_to_record_end(groups: pd.DataFrame) -> pd.DataFrame:
    """Extend follow-up of closed groups to the end of the record.

    That is the latest end of a group of their network; where none of these was still
    open, the latest of all. Groups lost from sight are watched until then.
    """
    is_lost = groups["closed_kind"].isin(LOST_FROM_SIGHT)
    closed = groups["closed_us"].notna() & ~is_lost
    has_open_groups = (~closed).groupby(groups["network"]).transform("any")
    of_network = groups.groupby("network")["end_us"].transform("max")
    until = of_network.where(has_open_groups, groups["end_us"].max())
    administered = groups["closed_kind"].isin(NO_DEATH)
    return groups.assign(
        end_us=groups["end_us"].where(~closed, until).astype("int64"),
        closed_kind=groups["closed_kind"].mask(administered, FULFILLED),
        first_us=groups["origin_us"].where(groups["last_us"].notna()),
    )


@lru_cache(maxsize=READINGS)
def define_by_listing(evidence: Evidence) -> Ends:
    """Define a group's end as the day it disappears from a list of groups.

    The others are watched to the end of the record.
    """
    rows = extend_to_record_end(evidence.groups)
    is_delisted = rows["closed_us"].notna().to_numpy(bool)
    dated_groups = rows.assign(last_us=rows["last_us"].fillna(rows["closed_us"]))
    ages = compute_observation_ages(
        dated_groups.assign(first_us=dated_groups["origin_us"])
    )
    lives = assemble_lifetimes(
        dated_groups, ages, ages.last, is_delisted, ages.end,
        waited=np.zeros(len(rows)),
        slow=np.zeros(len(rows), bool),
        revived=np.zeros(len(rows), bool),
        definition=say("the last time it was seen"),
    )  # fmt: skip
    completed = rows.set_index("group")["closed_kind"].eq(FULFILLED)
    return Ends(lives, completed.reindex(lives.group).to_numpy(bool), lives.definition)


def _build_empty_gaps() -> pd.DataFrame:
    return pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")


def _find_gaps(evidence: Evidence) -> pd.DataFrame:
    """Find gaps of four weeks or more between a group's active days.

    Raises
    ------
    NotIdentifiableError
        If the days are not known.
    """
    days = evidence.table("snapshots").dropna(subset="active")
    if days.empty:
        raise NotIdentifiableError(f"{evidence.name} has no days of activity")
    active = days[days["active"] > 0].sort_values(["group", "day"])
    last = active.groupby("group")["day"].shift()
    long = active["day"] - last >= SHORTEST_GAP
    return pd.DataFrame(
        {
            "group": active.loc[long, "group"],
            "start_us": last[long].astype("int64") * DAY_US + DAY_US // 2,
            "end_us": active.loc[long, "day"].astype("int64") * DAY_US + DAY_US // 2,
        }
    )


def find_breaks(last_days: npt.ArrayLike, end_day: int, w_days: float) -> list[int]:
    """Find days after which unusually many groups stop posting at once.

    Twenty or more on a day, or on two running, and more than ten times the median of
    the 28 days on either side; the last W days of a record apart. Of a list kept week
    by week the days are its weeks.

    >>> (
    ...     find_breaks([40] * 19 + [41], 200, 60),
    ...     find_breaks([40] * 10 + [60] * 9, 200, 60),
    ... )
    ([40, 41], [])
    """
    days = np.asarray(last_days, np.int64)
    if not len(days):
        return []
    step = WEEK_DAYS if _is_weekly(days) else 1
    margin = AROUND // step
    at = np.rint((days - days.min()) / step).astype(np.int64) + margin
    counts = np.bincount(at, minlength=int(at.max()) + margin + 2)
    occupied_bins = np.unique(at)
    alone = {day for day in occupied_bins if _is_outlier(counts, day, day, margin)}
    two = [
        first
        for first in {*occupied_bins, *(occupied_bins - 1)} - alone
        if first + 1 not in alone and _is_outlier(counts, first, first + 1, margin)
    ]
    pairs: set[int] = set()
    for first in sorted(two, key=lambda day: (-counts[day : day + 2].sum(), day)):
        if not pairs & {first, first + 1}:  # of three days running the fuller two
            pairs |= {first, first + 1}
    break_days = np.unique(days[np.isin(at, list(alone | pairs))])
    return [int(day) for day in break_days if day <= end_day - w_days]


def _is_outlier(
    counts: npt.NDArray[np.int64], first: int, last: int, around: int
) -> bool:
    """Return whether far more groups were last active on a day than around it."""
    n_last_seen = int(counts[first : last + 1].sum())
    if n_last_seen < LEAST_UNITS:
        return False
    before = counts[max(first - around, 0) : first]
    after = counts[last + 1 : last + 1 + around]
    usual = float(np.median(np.concatenate([before, after])))
    return n_last_seen > TIMES * usual


def _is_weekly(days: npt.NDArray[np.int64]) -> bool:
    """Return whether nine in ten dates fall on the same two adjacent weekdays."""
    of_week = np.bincount(days % WEEK_DAYS, minlength=WEEK_DAYS)
    return bool((of_week + np.roll(of_week, 1)).max() >= MOSTLY * len(days))


def _censor_at_break(rows: pd.DataFrame, ends: Ends, w_days: float) -> Ends:
    """Censor groups that were last active just before a gap in the source's record."""
    lives = ends.lives
    last = (rows.set_index("group")["last_us"] // DAY_US).reindex(lives.group)
    last_days = last.dropna().astype("int64")
    end_day = int(rows["end_us"].max() // DAY_US)
    cut = (
        last.isin(find_breaks(last_days, end_day, w_days)).to_numpy(bool) & lives.ended
    )
    lives = replace(
        lives,
        durations=np.where(cut, lives.last_age, lives.durations),
        ended=lives.ended & ~cut,
    )
    keep = (lives.entry == 0) | (lives.durations > lives.entry)
    return Ends(lives.where(keep), (ends.competing & ~cut)[keep], ends.definition)
