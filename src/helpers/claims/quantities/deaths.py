"""Definitions of group death: silence, few posters or low traffic.

A group that was closed for itself is silent from its last message on, so its
observation goes on; a purpose fulfilled is a competing end, not a failure. What ends
observation is a notice to the whole platform, what shuts the collector out, and leaving
the list on which groups are followed: silence after it is not observed. First
passage into few posters or little traffic is not absorbing: who came back is counted
(`Lifetimes.revived`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import prose
from helpers.arrays import Bools
from helpers.records import DAY_US
from helpers.survival import (
    Lifetimes,
    assemble_lifetimes,
    compute_observation_ages,
    define_lifetimes_by_inactivity,
)
from helpers.wording import say

SUSTAINED_DAYS = 28
UNREAD_DAYS = 56
PEAK_MESSAGES = 6
FULFILLED = "completed"
SHUT_OUT = "no longer open to the program"
UNLISTED = "unlisted"  # the list that shows their activity dropped them
LOST_FROM_SIGHT = ("notice", SHUT_OUT, UNLISTED)


class Ends(NamedTuple):
    """Lifetimes of groups, competing events, and the definition of death in words."""

    lives: Lifetimes
    competing: Bools
    definition: str


def extend_follow_up(groups: pd.DataFrame) -> pd.DataFrame:
    """Follow closed groups to the end of their network's archive, not their closure.

    Censoring them at their closure would leave out just those that were closed
    because they had died.
    """
    lost = groups["closed_kind"].isin(LOST_FROM_SIGHT)
    own = groups["closed_us"].notna() & ~lost
    if not own.any():
        return groups
    archive = groups.groupby("network")["end_us"].transform("max")
    return groups.assign(end_us=groups["end_us"].where(~own, archive))


def define_by_silence(groups: pd.DataFrame, silences: pd.DataFrame, **how: Any) -> Ends:  # noqa: ANN401 - handed on to `silence`
    """Define death as W days of silence; fulfilled purposes are competing events."""
    lives = define_lifetimes_by_inactivity(extend_follow_up(groups), silences, **how)
    rows = groups.set_index("group").loc[lives.group]
    fulfilled = (rows["closed_kind"] == FULFILLED).to_numpy(bool)
    closed = ((rows["closed_us"] - rows["origin_us"]) / DAY_US).to_numpy(
        np.float64, na_value=np.inf
    )
    silent_before = lives.ended & (lives.durations + lives.waited <= closed)
    completed = fulfilled & (closed <= lives.potential) & ~silent_before
    lives = replace(
        lives,
        durations=np.where(completed, closed, lives.durations),
        ended=lives.ended | completed,
    )
    return _select_watched(lives, completed, lives.definition)


def define_by_failure(
    groups: pd.DataFrame,
    silences: pd.DataFrame,
    rates: pd.DataFrame | None,
    *,
    for_good: bool = False,
    **how: Any,  # noqa: ANN401 - handed on to `silence`
) -> Ends:
    """Define failure as the earliest recorded death: silence or too few posters.

    Silence (closure included) always; fewer than 3 posters where senders are known
    (`rates` is None where they are not), `for_good` or for 28 days; floods of
    advertisements nowhere, as no corpus at hand has validated labels.
    """
    lives, competing, words = define_by_silence(groups, silences, **how)
    if rates is None:
        return Ends(lives, competing, _say_failed(words))
    thin = define_by_posters(groups, rates, for_good=for_good).lives
    starts = pd.Series(thin.durations[thin.ended], index=thin.group[thin.ended])
    first = starts.reindex(lives.group).to_numpy(np.float64, na_value=np.inf)
    earlier = first < lives.durations
    lives = replace(
        lives,
        durations=np.where(earlier, first, lives.durations),
        ended=lives.ended | earlier,
        revived=lives.revived | np.isin(lives.group, thin.group[thin.revived]),
    )
    words = say(
        "failed: first of {silence} and fewer than 3 posters; ads not known",
        silence=words,
    )
    return _select_watched(lives, competing & ~earlier, words)


def _say_failed(silence: str) -> str:
    return say("failed: {silence}; posters and ads not known", silence=silence)


def _select_watched(lives: Lifetimes, competing: Bools, words: str) -> Ends:
    """Exclude groups that died before they were observed."""
    keep = (lives.entry == 0) | (lives.durations > lives.entry)
    return Ends(lives.where(keep), competing[keep], words)


def define_by_posters(
    groups: pd.DataFrame, rates: pd.DataFrame, least: int = 3, *, for_good: bool = False
) -> Ends:
    """Define death as fewer than `least` posters in 28 days.

    The state is read from day 28 on and must last 28 days more, or `for_good` to the
    end of observation; the death is the day on which it first does. It is read up to
    END − 56 days.
    """
    groups = extend_follow_up(groups)
    spells = find_few_poster_spells(groups, rates, least)
    if for_good:
        spells = spells[
            spells["stop"] >= spells["group"].map(_compute_age(groups, "end_us"))
        ]
    return _find_first(groups, spells, _say_few(least))


def _say_few(least: int) -> str:
    return say("fewer than {least} posters in 28 days", least=least)


def define_by_rate(
    groups: pd.DataFrame, rates: pd.DataFrame, share: float = 0.10
) -> Ends:
    """Define death as traffic below a share of the group's earlier peak.

    Only groups that had 6 messages in some 28 days, and those that never had any,
    can be judged: the estimate is conditional on that.
    """
    most = rates.groupby("group")["messages_28"].max()
    judged = groups["group"].isin(most.index[most >= PEAK_MESSAGES])
    groups = extend_follow_up(groups[judged | groups["last_us"].isna()])
    spells = find_little_traffic(groups, rates, share)
    percent = prose.format_share(share)
    words = say("traffic under {percent} of its past peak", percent=percent)
    return _find_first(groups, spells, words)


def find_few_poster_spells(
    groups: pd.DataFrame, rates: pd.DataFrame, least: int
) -> pd.DataFrame:
    """Find periods with too few posters in 28 days."""
    rows = _add_birth_row(groups, rates)
    return _list_spells(groups, rows, rows["posters_28"] < least, from_day=28.0)


def find_little_traffic(
    groups: pd.DataFrame, rates: pd.DataFrame, share: float
) -> pd.DataFrame:
    """Find periods with traffic below a share of the earlier peak."""
    rows = _add_birth_row(groups, rates)
    peak = rows.groupby("group")["messages_28"].cummax()
    low = (rows["messages_28"] < share * peak) & (peak >= PEAK_MESSAGES)
    return _list_spells(groups, rows, low, from_day=0.0)


def _add_birth_row(groups: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Add to each group's counts a row of zeros before its origin."""
    columns = ["group", "age_day", "messages_28", "posters_28"]
    births = pd.DataFrame({"group": groups["group"], "age_day": -1})
    births = births.assign(messages_28=0, posters_28=0)
    recorded_rates = rates.loc[rates["group"].isin(births["group"]), columns]
    rows = pd.concat([births, recorded_rates], ignore_index=True)
    return rows.sort_values(["group", "age_day"], ignore_index=True)


def _list_spells(
    groups: pd.DataFrame,
    rows: pd.DataFrame,
    holds: pd.Series[bool],
    *,
    from_day: float,
) -> pd.DataFrame:
    """List periods of at least 28 days in which a condition is true.

    A row's state lasts until the next row's day; the last one until the end.
    """
    ends = _compute_age(groups, "end_us").rename("stop")
    first = _compute_age(groups, "entry_us").add(from_day).rename("first")
    rows = rows[["group", "age_day"]].assign(holds=holds)
    following = rows.groupby("group")["age_day"].shift(-1)
    rows["stop"] = following.fillna(rows["group"].map(ends))
    before = rows.groupby("group")["holds"].shift()
    run = (rows["holds"] != before).cumsum()  # a group's first row differs from none
    spells = (
        rows[rows["holds"]]
        .groupby(run)
        .agg(group=("group", "first"), start=("age_day", "min"), stop=("stop", "max"))
    )
    spells["start"] = np.maximum(spells["start"], spells["group"].map(first))
    long = spells["stop"] - spells["start"] >= SUSTAINED_DAYS
    return spells[long].reset_index(drop=True)


def find_state_at(found: pd.DataFrame, ages: pd.Series[float]) -> pd.Series[bool]:
    """Return whether each group, at a given age, is within one of its periods."""
    age = found["group"].map(ages)
    inside = found[(found["start"] <= age) & (age < found["stop"])]["group"]
    return pd.Series(ages.index.isin(set(inside)), index=ages.index)


def _compute_age(groups: pd.DataFrame, column: str) -> pd.Series[float]:
    """Convert a timestamp column to each group's age in days."""
    days = (groups[column].astype("Float64") - groups["origin_us"]) / DAY_US
    return days.set_axis(groups["group"]).astype("float64")


def _find_first(groups: pd.DataFrame, spells: pd.DataFrame, words: str) -> Ends:
    """Define each group's death as the start of its first listed period."""
    ages = compute_observation_ages(groups)
    starts = spells.groupby("group")["start"].min()
    first = groups["group"].map(starts).to_numpy(np.float64, na_value=np.inf)
    event = np.where(ages.never, 0.0, first) * DAY_US
    potential = ages.end - UNREAD_DAYS * DAY_US
    dead = event < np.maximum(potential, 1)
    ends = _compute_age(groups, "end_us").reindex(spells["group"]).to_numpy()
    back = set(spells.loc[spells["stop"].to_numpy() < ends, "group"])
    lives = assemble_lifetimes(
        groups,
        ages,
        np.where(dead, event, 0.0).astype(np.int64),
        dead,
        potential,
        waited=np.full(len(groups), float(UNREAD_DAYS)),
        slow=np.zeros(len(groups), bool),
        revived=dead & groups["group"].isin(back).to_numpy(),
        definition=words,
    )
    return Ends(lives, np.zeros(len(lives), bool), words)
