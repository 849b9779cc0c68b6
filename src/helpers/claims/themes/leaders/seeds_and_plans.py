"""Initial conditions of groups: content plan and early regulars (seed users)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import RC, Landmark, log_adjusted
from helpers.claims.designs.hazards.landmark_codings import (
    compare_at_landmark,
    count_literal,
)
from helpers.claims.quantities.beginnings import (
    compute_age_at,
    count_early_days,
    list_joins,
)
from helpers.claims.quantities.codings import read_stated
from helpers.errors import NotIdentifiableError

PLANNED = 56
Counted = Callable[[Evidence, int], pd.DataFrame]
SEEDS = 3
SEED_DAYS = 3
JOINED_WITHIN = 7
WITHOUT = " without a seed"
SEED_SETS: Sets = {
    "day": {"landmark 14": 14, "landmark 7": 7, "landmark 28": 28},
    "least": {"≥ 3 against none": 3, "≥ 1": 1, "≥ 5": 5},
    **RC,
}


@estimates("s0-no-plan-dies")
def no_plan(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of groups without scheduled content."""
    landmark = compare_at_landmark(
        evidence, 1 - read_stated(evidence, "schedule", PLANNED), PLANNED
    )
    others = {}
    for other in ("plan", "roadmap"):
        try:
            exposure = 1 - read_stated(evidence, other, PLANNED)
        except NotIdentifiableError:
            continue  # this study has no such proxy
        others[f"{other} instead"] = replace(landmark, exposure=exposure)
    return landmark.finding(
        "no scheduled content in weeks 1–8 against some", others,
        ("proxy", "association"),
    )  # fmt: skip


@estimates("s0-seed-users-needed")
def seed_users_needed(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of groups with three seed users against none.

    A seed user joined within 7 days of the origin and wrote on 3 days of days 0–13;
    shared values are not observed.
    """
    landmark = compare_seeded(evidence, _count_nucleus, 14, SEEDS)
    finding = landmark.finding(
        "≥ 3 against 0 people who joined by day 7 and wrote on ≥ 3 days of days 0–13",
        sets=SEED_SETS,
        build=partial(compare_seeded, evidence, _count_nucleus),
    )
    beside = count_literal(landmark, 0.0, alive=True, whose=WITHOUT)
    return replace(finding, beside=(*finding.beside, *beside))


def _count_nucleus(evidence: Evidence, day: int) -> pd.DataFrame:
    """Count early messages, posters and seed users, by group."""
    early, joined = count_early_days(evidence, day), list_joins(evidence)
    there = joined[joined["role"].fillna("") != "owner"]
    soon = compute_age_at(evidence, there, "came_us") <= JOINED_WITHIN
    nucleus = early.merge(there[soon][["group", "member"]])
    seeds = nucleus[nucleus["days"] >= SEED_DAYS].groupby("group").size()
    volume = early.groupby("group").agg(
        messages=("messages", "sum"), posters=("days", "size")
    )
    return volume.join(seeds.rename("seeds")).fillna(0)


def compare_seeded(
    evidence: Evidence, counted: Counted, day: int, least: int
) -> Landmark:
    """Build the landmark comparison of groups with seed users and without.

    Parameters
    ----------
    counted
        Gives ``messages, posters, seeds`` by group, of the days before the landmark.
    """
    groups = evidence.from_birth["group"]
    counts = counted(evidence, day).reindex(groups, fill_value=0)
    count = counts["seeds"].astype("float64")
    middle = (count > 0) & (count < least)
    return Landmark(
        evidence=evidence,
        exposure=(count >= least).astype("float64").where(~middle, np.nan),
        adjust=log_adjusted(counts, "messages", "posters"),
        day=float(day),
        last_day=day - 1.0,
    )
