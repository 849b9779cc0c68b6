"""Ends of groups: lifetimes, which of their ends are no death, and shares ended."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools
from helpers.survival.bootstrap import DRAWS
from helpers.survival.estimates import estimate_failure_probability
from helpers.survival.interval import Interval, enclose_all
from helpers.survival.lifetimes import Lifetimes

KEPT = 16  # definitions in memory: several quantities ask for the same few


class Ends(NamedTuple):
    """Lifetimes of groups, and which of their ends are no death."""

    lives: Lifetimes
    competing: Bools

    @property
    def censored(self) -> Lifetimes:
        """The lifetimes, censored at ends that are no death."""
        return replace(self.lives, ended=self.lives.ended & ~self.competing)

    def where(self, keep: npt.ArrayLike) -> Ends:
        """Return the ends of the groups for which a condition is true."""
        flags = np.asarray(keep, bool)
        return Ends(self.lives.where(flags), self.competing[flags])


def estimate_share_ended(*ends: Ends, day: float, error_days: float = 0.0) -> Interval:
    """Estimate the share of groups that have ended by an age in days.

    The first definition gives the estimate, and the limits enclose those of all. Where
    times may be wrong by some days, they also enclose the estimates at the age less and
    plus these days.
    """
    days = (day, day - error_days, day + error_days) if error_days else (day,)
    return enclose_all(_estimate_ended(each, at) for each in ends for at in days)


def _estimate_ended(ends: Ends, day: float) -> Interval:
    competing = ends.competing if ends.competing.any() else None
    return estimate_failure_probability(
        ends.lives, day, competing=competing, replicates=DRAWS
    )


def select_watched(ends: Ends) -> Ends:
    """Leave out groups that ended before they were observed."""
    lives = ends.lives
    return ends.where((lives.entry == 0) | (lives.durations > lives.entry))


def select_started(ends: Ends) -> Ends:
    """Return the groups that ever were active."""
    return ends.where(~ends.lives.never_active)


SHUT_OUT = "no longer open to the program"
LOST_FROM_SIGHT = ("notice", SHUT_OUT, "unlisted")  # closings that are no end
FULFILLED = ("completed", "merged")  # purposes that were fulfilled: no death


def find_closed_groups(groups: pd.DataFrame) -> pd.Series[bool]:
    """Return which groups were closed for themselves, not with all or out of sight."""
    return groups["closed_us"].notna() & ~groups["closed_kind"].isin(LOST_FROM_SIGHT)


def follow_closed_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Follow groups that closed themselves to the end of the record.

    That is the latest end of a group of their network; where none of these was still
    open, the latest of all. Groups lost from sight are watched until then only.
    """
    return _follow(groups, find_closed_groups(groups))


def follow_fulfilled_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Follow groups that fulfilled their purpose to the end of the record.

    All others that were closed are watched until then: a closing is an end of its own,
    and no silence.
    """
    closed = find_closed_groups(groups)
    return _follow(groups, closed & groups["closed_kind"].isin(FULFILLED))


def _follow(groups: pd.DataFrame, chosen: pd.Series[bool]) -> pd.DataFrame:
    if not chosen.any():
        return groups
    has_open_groups = (~chosen).groupby(groups["network"]).transform("any")
    of_network = groups.groupby("network")["end_us"].transform("max")
    until = of_network.where(has_open_groups, groups["end_us"].max())
    return groups.assign(end_us=groups["end_us"].where(~chosen, until).astype("int64"))
