"""When groups end: by silence, by few writers, by closing, or by their last activity.

A group that was closed for itself is silent from its last message on, so its
observation goes on; a purpose fulfilled is a competing end. What ends observation is a
notice to the whole platform, what shuts the collector out, and leaving the list on
which groups are followed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.designs.shares import Ends
from helpers.claims.evidence import Evidence
from helpers.records import DAY_US
from helpers.survival import (
    Lifetimes,
    assemble_lifetimes,
    compute_observation_ages,
    define_lifetimes_by_inactivity,
)
from helpers.survival.lifetimes import SILENCE_DAYS

SUSTAINED_DAYS = 28
UNREAD_DAYS = 56  # at the end of the record, in which such a spell could not be seen
FULFILLED = "completed"
SHUT_OUT = "no longer open to the program"
LOST_FROM_SIGHT = ("notice", SHUT_OUT, "unlisted")
PEAK_MESSAGES = 6
KEPT = 16  # definitions in memory: several quantities ask for the same few


def extend_follow_up(groups: pd.DataFrame) -> pd.DataFrame:
    """Follow closed groups to the end of their network's archive, not their closure.

    Censoring them at their closure would leave out just those that were closed
    because they had died.
    """
    is_lost = groups["closed_kind"].isin(LOST_FROM_SIGHT)
    own = groups["closed_us"].notna() & ~is_lost
    if not own.any():
        return groups
    archive = groups.groupby("network")["end_us"].transform("max")
    return groups.assign(end_us=groups["end_us"].where(~own, archive))


def define_by_silence(groups: pd.DataFrame, silences: pd.DataFrame, **how: Any) -> Ends:  # noqa: ANN401 - handed on
    """Define death as W days of silence; fulfilled purposes are competing events."""
    lives = define_lifetimes_by_inactivity(extend_follow_up(groups), silences, **how)
    rows = groups.set_index("group").loc[lives.group]
    closed = ((rows["closed_us"] - rows["origin_us"]) / DAY_US).to_numpy(
        np.float64, na_value=np.inf
    )
    silent_before = lives.ended & (lives.durations + lives.waited <= closed)
    completed = rows["closed_kind"].eq(FULFILLED).to_numpy(bool)
    completed = completed & (closed <= lives.potential) & ~silent_before
    lives = replace(
        lives,
        durations=np.where(completed, closed, lives.durations),
        ended=lives.ended | completed,
    )
    return select_watched(Ends(lives, completed))


def select_watched(ends: Ends) -> Ends:
    """Leave out groups that ended before they were observed."""
    lives = ends.lives
    return ends.where((lives.entry == 0) | (lives.durations > lives.entry))


@lru_cache(maxsize=KEPT)
def define_silent(
    evidence: Evidence,
    *,
    w_days: float = SILENCE_DAYS,
    form: str = "last_message",
    until_closed: bool = False,
) -> Ends:
    """Return lifetimes until silence for good (or ``first_gap``) of W days.

    Parameters
    ----------
    until_closed
        Whether groups are watched only until they are closed; otherwise one that was
        closed is silent from its last message on.
    """
    groups = evidence.groups
    if until_closed:
        closed = groups["closed_us"].notna() & groups["closed_kind"].ne(FULFILLED)
        groups = groups.assign(closed_kind=groups["closed_kind"].mask(closed, "notice"))
    return define_by_silence(groups, evidence.silences, w_days=w_days, form=form)


def select_recorded(evidence: Evidence) -> Lifetimes:
    """Return lifetimes of groups watched from their origin; 60 silent days are death.

    Whoever was listed for having been busy early counts from the origin too: what is
    said of them is said of groups that came so far.
    """
    lives = define_silent(evidence).lives
    lives = lives.where(np.isin(lives.group, evidence.from_birth["group"]))
    return replace(lives, entry=np.zeros(len(lives)))


def select_started(ends: Ends) -> Ends:
    """Return the groups that ever were active."""
    return ends.where(~ends.lives.never_active)


@lru_cache(maxsize=KEPT)
def define_few_writers(evidence: Evidence, *, least: int = 3) -> Ends:
    """Return lifetimes until the first eight weeks with too few writers.

    Fewer than `least` posters in 28 days, read from day 28 on, for 28 days more.

    Raises
    ------
    NotIdentifiableError
        If the source does not tell who wrote.
    """
    evidence.require("sender_ids")
    groups = extend_follow_up(evidence.groups)
    spells = find_few_writer_spells(groups, evidence.rates, least)
    ages = compute_observation_ages(groups)
    starts = spells.groupby("group")["start"].min()
    first = groups["group"].map(starts).to_numpy(np.float64, na_value=np.inf)
    event = np.where(ages.never, 0.0, first) * DAY_US
    potential = ages.end - UNREAD_DAYS * DAY_US
    dead = event < np.maximum(potential, 1)
    lives = assemble_lifetimes(
        groups,
        ages,
        np.where(dead, event, 0.0).astype(np.int64),
        dead,
        potential,
        waited=np.full(len(groups), float(UNREAD_DAYS)),
        slow=np.zeros(len(groups), bool),
        revived=np.zeros(len(groups), bool),
        definition=f"fewer than {least} posters in 28 days",
    )
    return Ends(lives, np.zeros(len(lives), bool))


def find_few_writer_spells(
    groups: pd.DataFrame, rates: pd.DataFrame, least: int
) -> pd.DataFrame:
    """Find periods with too few posters in 28 days: group, start and stop in days."""
    rows = _add_birth_rows(groups, rates)
    return _list_spells(groups, rows, rows["posters_28"] < least, from_day=28.0)


def find_little_traffic(
    groups: pd.DataFrame, rates: pd.DataFrame, share: float
) -> pd.DataFrame:
    """Find periods with traffic below a share of the earlier peak."""
    rows = _add_birth_rows(groups, rates)
    peak = rows.groupby("group")["messages_28"].cummax()
    low = (rows["messages_28"] < share * peak) & (peak >= PEAK_MESSAGES)
    return _list_spells(groups, rows, low, from_day=0.0)


def find_state_at(spells: pd.DataFrame, ages: pd.Series[float]) -> pd.Series[bool]:
    """Return whether each group, at a given age, is in one of the listed periods."""
    age = spells["group"].map(ages)
    inside = spells[(spells["start"] <= age) & (age < spells["stop"])]["group"]
    return pd.Series(ages.index.isin(set(inside)), index=ages.index)


def _add_birth_rows(groups: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Add to each group's counts a row of zeros before its origin."""
    columns = ["group", "age_day", "messages_28", "posters_28"]
    births = pd.DataFrame({"group": groups["group"], "age_day": -1})
    births = births.assign(messages_28=0, posters_28=0)
    recorded = rates.loc[rates["group"].isin(births["group"]), columns]
    rows = pd.concat([births, recorded], ignore_index=True)
    return rows.sort_values(["group", "age_day"], ignore_index=True)


def _list_spells(
    groups: pd.DataFrame, rows: pd.DataFrame, holds: pd.Series[bool], *, from_day: float
) -> pd.DataFrame:
    """List periods of at least 28 days in which a condition is true.

    A row's state lasts until the next row's day; the last one until the end.
    """
    ends = _compute_ages(groups, "end_us").rename("stop")
    first = _compute_ages(groups, "entry_us").add(from_day).rename("first")
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


def _compute_ages(groups: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return each group's age in days at a time."""
    days = (groups[column].astype("Float64") - groups["origin_us"]) / DAY_US
    return days.set_axis(groups["group"]).astype("float64")
