"""How groups begin, and how long they live after that: seed users, a rush, size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards import (
    Landmark,
    compare_at_landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.designs.shares import DRAWS, SEED
from helpers.claims.ends import define_silent
from helpers.claims.evidence import Evidence
from helpers.claims.quantity import quantity
from helpers.claims.requirements import require_at_least
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters, estimate_mean_lifetime_ratio

STALE_DAYS = 31
LEAST_OF_A_SIZE = 10  # large groups are rare; the interval says how few they are
YEAR = 365.0


@quantity("seeded_hazard", of="ratio")
def estimate_seeded_hazard(
    evidence: Evidence, *, day: int = 14, least: int = 3
) -> Interval:
    """Estimate the hazard ratio of silence, several seed users against none.

    A seed user is somebody else than the first poster, who first wrote within seven
    days and wrote on three days before the landmark. Early messages and posters are
    adjusted for.
    """
    rows = evidence.table("beginnings").set_index("group")
    names = ["messages", "posters", "seeds"]
    counts = rows[[f"{name}_{day}" for name in names]].set_axis(names, axis=1)
    counts = counts.reindex(evidence.from_birth["group"], fill_value=0)
    seeds = counts["seeds"].astype("float64")
    between = (seeds > 0) & (seeds < least)
    return compare_at_landmark(
        evidence,
        seeds.ge(least).astype("float64").where(~between, np.nan),
        day,
        adjust=log_adjusted(counts, "messages", "posters"),
    )


@quantity("rushed_hazard", of="ratio")
def estimate_rushed_hazard(
    evidence: Evidence, *, day: int = 28, soon: int = 2
) -> Interval:
    """Estimate the hazard ratio of silence, groups that filled fast against slowly.

    Thirds by the share of the writers of days 0–27 who first wrote by day 2; writers
    and messages are adjusted for.
    """
    rows = evidence.table("beginnings").set_index("group")
    rows = rows[rows.index.isin(evidence.from_birth["group"])]
    columns = [f"posters_{day}", f"came_by_{soon}", f"messages_{day}"]
    counts = rows[columns].set_axis(["members", "soon", "messages"], axis=1)
    return _compare_thirds(evidence, counts[counts["members"] > 0], day)


@quantity("rushed_members_hazard", of="ratio")
def estimate_rushed_members_hazard(
    evidence: Evidence, *, day: int = 62, soon: int = 30
) -> Interval:
    """Estimate the hazard ratio of silence, by the share of members counted early.

    Of a source that counts members once a month: by day 30, of those at day 62.
    """
    born = evidence.only(evidence.from_birth["group"])
    counted = born.counted
    counts = count_members_at(born, day).rename("members").to_frame()
    early = counted[(counted["age"] > 0) & (counted["age"] <= soon + 1)]
    counts["soon"] = early.groupby("group")["members"].last()
    offset_us = evidence.study.manifest.day_offset_us
    origin = (born.groups.set_index("group")["origin_us"] + offset_us) / DAY_US
    daily = born.daily
    before = daily[daily["day"] - daily["group"].map(origin) < day]
    messages = before.groupby("group")["messages"].sum()
    counts["messages"] = messages.reindex(counts.index, fill_value=0)
    return _compare_thirds(evidence, counts[counts["members"] > 0].dropna(), day)


def _compare_thirds(evidence: Evidence, counts: pd.DataFrame, day: int) -> Interval:
    return Landmark(
        evidence=evidence,
        exposure=counts["soon"] / counts["members"],
        adjust=log_adjusted(counts, "members", "messages"),
        day=float(day),
        coding=mark_terciles,
    ).estimate_hazard_ratio()


def count_members_at(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return each group's last count of members in the month before an age."""
    rows = evidence.counted
    near = rows[(rows["age"] <= day) & (rows["age"] > day - STALE_DAYS)]
    return near.groupby("group")["members"].last().astype("float64")


@quantity("life_by_writers", of="ratio")
def estimate_life_by_writers(
    evidence: Evidence,
    *,
    low: int = 10,
    high: int = 30,
    other_low: int = 31,
    other_high: int = 100,
    day: int = 28,
) -> Interval:
    """Estimate the ratio of mean lives after day 28 of groups of two ranges of size.

    Days lived in the year that follows; size is the people who wrote in days 0–27.
    """
    lives, _ = define_silent(evidence)
    late = lives.where(lives.durations > day)
    rates = evidence.rates[evidence.rates["age_day"] < day]
    rates = rates[rates["group"].isin(evidence.from_birth["group"])]
    writers = rates.groupby("group")["posters_28"].last().reindex(late.group)
    first = writers.between(low, high).to_numpy()
    second = writers.between(other_low, other_high).to_numpy()
    for arm in (first, second):
        require_at_least(int(arm.sum()), LEAST_OF_A_SIZE, "groups of a range of size")
    both = first | second
    own = late.where(both)
    choose_clusters(own.network, own.batch)
    own = replace(
        own,
        durations=own.durations - day,
        entry=np.maximum(own.entry - day, 0.0),
        potential=own.potential - day,
    )
    return estimate_mean_lifetime_ratio(
        own, first[both], YEAR, seed=SEED, replicates=DRAWS
    )
