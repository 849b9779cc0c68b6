"""Few writers: groups in which, or periods when, too few people write."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.group_lives.ends import KEPT, Ends
from helpers.group_lives.evidence import Evidence
from helpers.records import DAY_US
from helpers.survival.lifetimes import assemble_lifetimes, compute_observation_ages

SUSTAINED_DAYS = 28
UNREAD_DAYS = 56  # at the end of the record, in which such a spell could not be seen
PEAK_MESSAGES = 6
LEAST_WRITERS = 3


@lru_cache(maxsize=KEPT)
def define_few_writers(evidence: Evidence, *, least: int = LEAST_WRITERS) -> Ends:
    """Return lifetimes until the first eight weeks with too few writers.

    Fewer than `least` posters in 28 days, read from day 28 on, for 28 days more.
    """
    evidence.require("sender_ids")
    groups = evidence.ended.groups
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
        waited=UNREAD_DAYS,
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
    """List periods of at least 28 days in which a condition is true."""
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
