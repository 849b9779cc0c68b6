"""How groups were closed: which closings end them, and until when they are watched."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.group_lives.ends import Ends
from helpers.group_lives.evidence import Evidence
from helpers.survival import assemble_lifetimes, compute_observation_ages

SHUT_OUT = "no longer open to the program"
LOST_FROM_SIGHT = ("notice", SHUT_OUT, "unlisted")  # closings that are no end
FULFILLED = ("completed", "merged")  # purposes that were fulfilled: no death


def find_closed_groups(groups: pd.DataFrame) -> pd.Series[bool]:
    """Return which groups were closed for themselves, not with all or out of sight."""
    return groups["closed_us"].notna() & ~groups["closed_kind"].isin(LOST_FROM_SIGHT)


def define_closed(evidence: Evidence) -> Ends:
    """Return lifetimes until the source's own act of closing, whether silent or not."""
    groups = evidence.ended.groups
    own = find_closed_groups(groups)
    ages = compute_observation_ages(groups)
    closed = (groups["closed_us"] - groups["origin_us"]).where(own, ages.end)
    none = np.zeros(len(groups), bool)
    lives = assemble_lifetimes(
        groups,
        ages,
        closed.to_numpy(np.int64),
        own.to_numpy(bool),
        ages.end,
        waited=np.zeros(len(groups)),
        slow=none,
        revived=none,
        definition="closed",
    )
    return Ends(lives, np.zeros(len(lives), bool))


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
