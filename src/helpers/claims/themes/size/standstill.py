"""Indirect: survival of stagnant groups, from repeated member counts.

A group stalls at some age and grows at another; each landmark compares those of that
size then, and follows them to the last message or activity that is known of.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets
from helpers.claims.contract.permutation import build_permutation, describe_confounding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.source_facts import SIDE_BY_SIDE
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_lives,
    require_arms_of_groups,
)
from helpers.claims.designs.rates.event_study import count_talk
from helpers.claims.quantities.deaths import define_silent
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.spans import to_local_days
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.wording import say

EVERY, SPAN, STALE, BEFORE = 90, 76, 31, 90
SMALLEST, LARGEST, GREW = 50, 200, 0.05
W, LONG_W = SIDE_BY_SIDE


@stands_in(
    "s0-size-stagnation-shell",
    needs=("births", "member_series"),
)
def standing_still(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of death, stagnant versus growing groups."""
    sets: Sets = {
        "first": {
            say("from day 90"): EVERY,
            say("from day 60"): 60,
            say("from day 120"): 120,
        },
        "only": {"every 90 days": False, "the first landmark only": True},
        "w_days": {say("W = 60"): W, say("W = 180"): LONG_W},
    }
    return Finding.over(
        sets,
        partial(_build_landmarks, evidence),
        _check_gates,
        _estimate_hazard_ratio,
        cases="looks",
        definition=say(
            "members changed by less than 5 % in 76 days against growth of"
            " 5 % and more, 50–200 members, every 90 days of age; then no"
            " activity for 60 days"
        ),
        permuted=build_permutation(_estimate_hazard_ratio),
        qualifiers=QUALIFIERS,
        note=_describe_sample,
    )


def _describe_sample(data: pd.DataFrame, ratio: Interval) -> str:
    ended = data.groupby("group")["ended"].any()
    confounded = describe_confounding(ratio, ended.mean())
    return say(
        "{n} landmarks of {n_ended} groups; {confounded}",
        n=len(data),
        n_ended=len(ended),
        confounded=confounded,
    )


def _build_landmarks(
    evidence: Evidence, first: int, *, only: bool, w_days: float
) -> pd.DataFrame:
    """Return groups at every 90 days of age, with growth so far and later outcome."""
    talks = "groups" in evidence.study.manifest.tables
    ends = (define_silent if talks else define_registered_lifetimes)(
        evidence, w_days=w_days
    )
    lives = ends.lives
    alive = pd.DataFrame(
        {
            "group": lives.group.astype("int64"),
            "duration": lives.durations,
            "ended": lives.ended & ~ends.competing,
            "late": lives.entry,
        }
    )
    last = first if only else int(alive["duration"].max())
    grid = alive.merge(pd.DataFrame({"entry": range(first, last + 1, EVERY)}), "cross")
    grid = grid[(grid["entry"] < grid["duration"]) & (grid["late"] <= grid["entry"])]
    counted = evidence.counted.astype({"group": "int64"}).sort_values("age")
    current = _get_last_count(grid, counted, 1)
    ago = _get_last_count(grid, counted, SPAN)
    growth = current["members"] / ago["members"] - 1
    stalled = (growth < GREW).astype("float64").where(growth > -GREW)
    data = grid.assign(
        exposure=stalled.where(current["members"].between(SMALLEST, LARGEST)),
        size=np.log(current["members"].where(current["members"] > 0)),
        met=np.log1p(
            _count_messages_before(evidence, grid)
            if talks
            else _count_posts_between(grid, counted)
        ),
    )
    data = data.replace([np.inf, -np.inf], np.nan).dropna(
        subset=["exposure", "size", "met"]
    )
    born = evidence.groups.set_index("group")
    data = data.join(born[["network", "batch", "origin_us"]], on="group")
    at = data["origin_us"] + data["entry"] * DAY_US
    data["cohort"] = pd.to_datetime(at.astype("int64"), unit="us").dt.year
    landmarks: pd.DataFrame = data.reset_index(drop=True)
    return landmarks


def _count_messages_before(
    evidence: Evidence, grid: pd.DataFrame
) -> npt.NDArray[np.float64]:
    """Count each group's messages in the 90 days before each landmark."""
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    at = np.floor(grid["entry"] + grid["group"].map(born)).astype("int64")
    return count_talk(evidence).at(grid.assign(day=at), -BEFORE, -1)


def _count_posts_between(grid: pd.DataFrame, counted: pd.DataFrame) -> pd.Series[float]:
    """Return each group's posts or meetings in the 90 days before a landmark age."""
    current, before = (
        _get_last_count(grid, counted, 1),
        _get_last_count(grid, counted, BEFORE + 1),
    )
    activity: pd.Series[float] = (current["posts"] - before["posts"]).clip(lower=0)
    return activity


def _get_last_count(
    grid: pd.DataFrame, counted: pd.DataFrame, ago: int
) -> pd.DataFrame:
    """Return the latest member count of the 31 days before each landmark."""
    landmarks = grid[["group"]].assign(age=(grid["entry"] - ago + 0.0)).reset_index()
    counts = counted[["group", "age", "members", "posts"]].assign(
        counted=counted["age"]
    )
    both = pd.merge_asof(landmarks.sort_values("age"), counts, on="age", by="group")
    stale = both["age"] - both["counted"] >= STALE
    both.loc[stale, ["members", "posts"]] = np.nan
    return both.set_index("index")[["members", "posts"]].reindex(grid.index)


def _check_gates(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.pass_gates(
        *require_arms_of_groups(data),
        gates.require_clusters(data["network"], data["batch"]),
        gates.require_events_per_coefficient(
            int(data.groupby("group")["ended"].any().sum()), 3
        ),
    )


def _estimate_hazard_ratio(data: pd.DataFrame) -> Interval:
    groups = data.drop_duplicates("group")
    codes = choose_clusters(groups["network"], groups["batch"]).codes
    cluster = data["group"].map(pd.Series(codes, groups["group"]))
    return estimate_ratio_of_lives(data, data[["exposure", "size", "met"]], cluster)
