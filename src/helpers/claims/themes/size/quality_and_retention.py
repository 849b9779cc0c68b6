"""Core members, retention and growth against size as predictors of survival.

A group stalls at some age and grows at another; each landmark compares those of that
size then, and follows them to the last message or activity that is known of.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    list_alternatives,
    multiply_sets,
)
from helpers.claims.contract.permutation import (
    Permutations,
    build_permutation,
    describe_confounding,
)
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.source_facts import SIDE_BY_SIDE
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.count_regression import Counts, compare_kinds
from helpers.claims.designs.dominance import estimate_dominance
from helpers.claims.designs.event_study import count_talk
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_lives,
    require_arms_of_groups,
)
from helpers.claims.quantities.deaths import SEED, define_silent
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.spans import (
    select_born_in,
    summarise_first_month,
    to_local_days,
)
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

SHOWN = 100  # samples behind a specification of a dominance
HALF_YEAR = "152-179"
EVERY, SPAN, STALE, BEFORE = 90, 76, 31, 90
SMALLEST, LARGEST, GREW = 50, 200, 0.05
W, LONG_W = SIDE_BY_SIDE


@estimates("s4-quality-over-quantity")
def quality_over_quantity(evidence: Evidence) -> Finding:
    """Estimate the share of explained deaths due to core share minus that due to size.

    Where members are not known, posters stand for size. Death is silence of 60 days,
    so that neither measure is part of the outcome.
    """
    rows = summarise_first_month(evidence).set_index("group")
    rows = rows[rows["posters"] > 0]
    has_members = rows["members"].notna().all()
    size = rows["members"] if has_members else rows["posters"]
    shares = {
        name: rows[name] / rows["posters"] for name in ("core_8", "core_4", "core_12")
    }
    at = partial(_select_rivals, evidence, size=size)
    data = at(shares["core_8"])
    passed = gates.pass_gates(
        *gates.require_sampled(data),
        gates.require_events_per_coefficient(int(data["ended"].sum()), 2),
    )
    alternatives = {
        say("core from 4 days"): lambda: _estimate_dominance(at(shares["core_4"])),
        say("core from 12 days"): lambda: _estimate_dominance(at(shares["core_12"])),
        say("W = 90"): lambda: _estimate_dominance(at(shares["core_8"], w_days=90.0)),
    }
    return Finding(
        components=(estimate_dominance(data, "exposure", "log size", seed=SEED),),
        definition=say(
            "share of explained log likelihood: core posters (≥ 8 days in"
            " days 0–27) of all posters, less log {units}; silence of 60"
            " days after day 28",
            units=say("members") if has_members else say("posters"),
        ),
        gates=passed,
        specifications=list_alternatives(alternatives),
        qualifiers=("proxy", "association"),
    )


def _select_rivals(
    evidence: Evidence,
    share: pd.Series[float],
    *,
    size: pd.Series[float],
    w_days: float = SILENCE_DAYS,
) -> pd.DataFrame:
    logs = log_adjusted(size.rename("size").to_frame(), "size")
    landmark = Landmark(evidence=evidence, exposure=share, adjust=logs)
    return landmark.at_risk(define_silent(evidence, w_days=w_days))


def _estimate_dominance(data: pd.DataFrame) -> Interval:
    return estimate_dominance(data, "exposure", "log size", seed=SEED, samples=SHOWN)


@estimates("s4-retention-beats-acquisition")
def retention_beats_acquisition(evidence: Evidence) -> Finding:
    """Estimate the elasticity of later posters to retained minus to newly gained ones.

    Kept wrote in days 0–27 and in days 28–55, won wrote for the first time in days
    28–55; groups silent by day 180 count with 0.
    """
    rows = _select_both_months(evidence)
    passed = gates.pass_gates(*gates.require_sampled(rows))
    sets: Sets = {
        "outcome": {"posters": "later", "messages": "messages"},
        "rows": {
            say("all groups"): rows,
            say("alive at day 180 (selected)"): rows[rows["later"] > 0],
        },
    }
    fit, interval = _fit_elasticities(rows), _estimate_less(rows)

    def estimate(rows: pd.DataFrame, outcome: str) -> Interval:
        gates.pass_gates(gates.require_groups(len(rows)))
        return _estimate_less(rows, outcome)

    return Finding(
        components=(interval,),
        definition=say(
            "elasticity of posters in days 152–179 to posters of days 28–55"
            " who had written in days 0–27, less that to those who had not"
        ),
        gates=passed,
        specifications=multiply_sets(sets, estimate),
        permuted=Permutations.of(interval, rows, _estimate_less, "later", ratio=False),
        beside=(
            Supplement(say("elasticity to kept"), fit.coefficient("kept")),
            Supplement(say("elasticity to won"), fit.coefficient("won")),
        ),
        qualifiers=("proxy", "association"),
        note=say("leaving is not recorded: who still writes stands for who stays"),
    )


def _select_both_months(evidence: Evidence) -> pd.DataFrame:
    second = evidence.months[evidence.months["month"] == 1]
    second = second[["group", "retained", "newcomers"]]
    rows = select_born_in(evidence, HALF_YEAR)
    both = rows.merge(second, "left", "group").fillna({"retained": 0, "newcomers": 0})
    cohort = pd.to_datetime(both["origin_us"].astype("int64"), unit="us").dt.year
    return both.assign(later=both["posters"].astype("float64"), cohort=cohort)


def _fit_elasticities(rows: pd.DataFrame, outcome: str = "later") -> Counts:
    logs = pd.DataFrame(
        {
            "kept": np.log1p(rows["retained"].astype("float64")),
            "won": np.log1p(rows["newcomers"].astype("float64")),
        }
    )
    clusters = choose_clusters(rows["network"], rows["batch"])
    return compare_kinds(rows[outcome].astype("float64"), logs, clusters)


def _estimate_less(rows: pd.DataFrame, outcome: str = "later") -> Interval:
    return _fit_elasticities(rows, outcome).difference("kept", "won")


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
