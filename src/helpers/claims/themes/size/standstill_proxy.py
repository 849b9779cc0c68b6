"""Standing still at any age: landmarks every 90 days, where members are counted.

A group stalls at some age and grows at another; each landmark compares those of that
size then, and follows them to the last message or activity that is known of.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import silent
from helpers.claims.definitions.registered import registered
from helpers.claims.definitions.spans import local_days
from helpers.claims.definitions.two_dates import SIDE_BY_SIDE
from helpers.claims.designs.hazards.two_arms import arms_of_groups, ratio_of_lives
from helpers.claims.designs.permutation import confounding, permuting
from helpers.claims.designs.rates.event_study import talk
from helpers.records import DAY_US
from helpers.survival import Interval, clusters_of

EVERY, SPAN, STALE, BEFORE = 90, 76, 31, 90
SMALLEST, LARGEST, GREW = 50, 200, 0.05
W, LONG_W = SIDE_BY_SIDE


@stands_in(
    "s0-size-stagnation-shell",
    needs=("births", "member_series"),
    instead=("w3c_groups",),
)
def standing_still(evidence: Evidence) -> Finding:
    """Compare what becomes of groups that stood still with those that grew."""
    sets: Sets = {
        "first": {"from day 90": EVERY, "from day 60": 60, "from day 120": 120},
        "only": {"every 90 days": False, "the first landmark only": True},
        "w_days": {"W = 60": W, "W = 180": LONG_W},
    }
    return Finding.over(
        sets,
        partial(_landmarks, evidence),
        _gated,
        _hazard_ratio,
        cases="looks",
        definition="members changed by less than 5 % in 76 days against growth of 5 %"
        " and more, 50–200 members, every 90 days of age; then no activity for 60 days",
        permuted=permuting(_hazard_ratio),
        qualifiers=QUALIFIERS,
        note=_note,
    )


def _note(data: pd.DataFrame, ratio: Interval) -> str:
    ended = data.groupby("group")["ended"].any()
    confounded = confounding(ratio, ended.mean())
    return f"{len(data)} landmarks of {len(ended)} groups; {confounded}"


def _landmarks(
    evidence: Evidence, first: int, *, only: bool, w_days: float
) -> pd.DataFrame:
    """Return groups at landmarks: ``exposure, entry, duration, ended`` and logs."""
    talks = "groups" in evidence.study.manifest.tables
    ends = (silent if talks else registered)(evidence, w_days=w_days)
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
    now = _at(grid, counted, 1)
    ago = _at(grid, counted, SPAN)
    growth = now["members"] / ago["members"] - 1
    stalled = (growth < GREW).astype("float64").where(growth > -GREW)
    data = grid.assign(
        exposure=stalled.where(now["members"].between(SMALLEST, LARGEST)),
        size=np.log(now["members"].where(now["members"] > 0)),
        met=np.log1p(
            _messages_before(evidence, grid) if talks else _met(grid, counted)
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


def _messages_before(evidence: Evidence, grid: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return each group's messages of the 90 days before each landmark."""
    born = local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    at = np.floor(grid["entry"] + grid["group"].map(born)).astype("int64")
    return talk(evidence).at(grid.assign(day=at), -BEFORE, -1)


def _met(grid: pd.DataFrame, counted: pd.DataFrame) -> pd.Series[float]:
    """Return the posts or meetings that were counted in those days."""
    now, before = _at(grid, counted, 1), _at(grid, counted, BEFORE + 1)
    met: pd.Series[float] = (now["posts"] - before["posts"]).clip(lower=0)
    return met


def _at(grid: pd.DataFrame, counted: pd.DataFrame, ago: int) -> pd.DataFrame:
    """Return the last count of the 31 days up to so many days before each landmark."""
    landmarks = grid[["group"]].assign(age=(grid["entry"] - ago + 0.0)).reset_index()
    counts = counted[["group", "age", "members", "posts"]].assign(
        counted=counted["age"]
    )
    both = pd.merge_asof(landmarks.sort_values("age"), counts, on="age", by="group")
    stale = both["age"] - both["counted"] >= STALE
    both.loc[stale, ["members", "posts"]] = np.nan
    return both.set_index("index")[["members", "posts"]].reindex(grid.index)


def _gated(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.passed(
        *arms_of_groups(data),
        gates.clustering(data["network"], data["batch"]),
        gates.coefficients(int(data.groupby("group")["ended"].any().sum()), 3),
    )


def _hazard_ratio(data: pd.DataFrame) -> Interval:
    groups = data.drop_duplicates("group")
    codes = clusters_of(groups["network"], groups["batch"]).codes
    cluster = data["group"].map(pd.Series(codes, groups["group"]))
    return ratio_of_lives(data, data[["exposure", "size", "met"]], cluster)
