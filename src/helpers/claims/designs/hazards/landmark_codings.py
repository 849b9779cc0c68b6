"""Landmark comparisons by hand-coded exposures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.corpora_strata import place_of
from helpers.claims.designs.hazards.landmark import (
    Coding,
    Landmark,
    keep_unit,
    log_adjusted,
)
from helpers.claims.quantities.beginnings import BY_REPLIES, VOLUME, select_first_weeks
from helpers.claims.quantities.deaths import Ends, define_silent, estimate_failure
from helpers.claims.quantities.spans import YEAR
from helpers.claims.quantities.unsampled_intervals import compute_complement
from helpers.survival import Interval, Regression, choose_clusters, fit_cox
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

BEFORE = {14: "1-13", 28: "0-27", 56: "28-55", 84: "56-83"}


def compare_at_landmark(
    evidence: Evidence,
    exposure: pd.Series[float],
    day: int,
    **how: Any,  # noqa: ANN401 - fields of a Landmark, handed on
) -> Landmark:
    """Build a comparison of groups alive at an age, adjusted for message volume."""
    return Landmark(
        evidence=evidence,
        exposure=exposure.astype("float64"),
        adjust=compute_log_volume(evidence, day),
        day=float(day),
        last_day=day - 1.0,
        **how,
    )


def compare_by_replies(
    evidence: Evidence,
    exposure: Callable[[pd.DataFrame, str], pd.Series[float]],
    definition: str,
    coding: Coding = keep_unit,
) -> Finding:
    """Estimate the death hazard ratio by an exposure from replies in days 0–27.

    Parameters
    ----------
    exposure
        Takes the groups' first weeks and the column of replies.
    """
    gates.pass_gates(
        gates.require_explicit_replies(evidence.study.manifest.centres_from)
    )

    def build(
        replies: str, least: int = 1, adjusted: Sequence[str] = (VOLUME,)
    ) -> Landmark:
        rows = select_first_weeks(evidence, least)
        return Landmark(
            evidence=evidence,
            exposure=exposure(rows, replies),
            adjust=log_adjusted(rows, *adjusted),
            coding=coding,
        )

    return build("replies_explicit").finding(definition, sets=BY_REPLIES, build=build)


def compute_log_volume(evidence: Evidence, day: int) -> pd.DataFrame:
    """Return log(1 + messages) and log(1 + posters) of 13 or 28 days before a day."""
    if day not in BEFORE:
        return pd.DataFrame(index=evidence.groups["group"])
    rows = evidence.window(BEFORE[day]).set_index("group")
    columns = ["messages", *(["posters"] if rows["posters"].notna().any() else [])]
    return log_adjusted(rows, *columns)


def fit_cox_model(data: pd.DataFrame, exposures: pd.DataFrame) -> Regression:
    """Fit a Cox model with several exposures; constant ones are dropped.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    exposures
        In the rows of `data`.
    """
    table = exposures.astype("float64")
    return fit_cox(
        data["duration"],
        data["ended"],
        table.loc[:, table.max() > table.min()],
        entry=data["entry"],
        cluster=choose_clusters(data["network"], data["batch"]).codes,
    )


def count_literal(
    landmark: Landmark, side: float, *, alive: bool, whose: str = ""
) -> tuple[Supplement, ...]:
    """Estimate the share of one arm's groups alive (or dead) a year later.

    By Kaplan and Meier from the landmark on, for all groups at risk there: each counts
    for as long as it was followed. A purpose fulfilled is neither. Over several places
    there is none: lives are not pooled over places.

    Parameters
    ----------
    side
        The exposure of the groups that are counted.
    alive
        Whether the living are counted, or the dead.
    whose
        The groups in words; by default their exposure.
    """
    ends = landmark.reading(landmark.evidence)
    data = landmark.at_risk(ends)
    if place_of(data) is not None:
        return ()
    groups = data.loc[data["exposure"] == side, "group"]
    if groups.empty:
        return ()
    from_landmark = _compute_days_since(
        ends, landmark.day, np.isin(ends.lives.group, groups)
    )
    estimate = _estimate_alive if alive else estimate_failure
    state = say("alive at 365 d") if alive else say("dead at 365 d")
    label = state + (whose or say(", exposure {side:g}", side=side))
    return Supplement.tried(
        label, partial(estimate, from_landmark, YEAR - landmark.day)
    )


def _compute_days_since(ends: Ends, day: float, keep: Bools) -> Ends:
    """Measure lifetimes from a later age of the group instead of its origin."""
    lives = ends.lives.where(keep)
    later = replace(
        lives,
        durations=lives.durations - day,
        entry=np.maximum(lives.entry - day, 0.0),
        potential=lives.potential - day,
    )
    return Ends(later, ends.competing[keep], ends.definition)


def _estimate_alive(ends: Ends, horizon: float) -> Interval:
    """Estimate the probability that a group lives beyond a given age."""
    return compute_complement(
        estimate_failure(ends._replace(competing=ends.competing & False), horizon)
    )


def build_pair(both: tuple[Landmark, Landmark], definition: str) -> Finding:
    """Build a result with the death hazard ratios of two landmark comparisons."""
    first = both[0].finding(definition)

    def estimate(w_days: float) -> tuple[Interval, ...]:
        reading = partial(define_silent, w_days=w_days)
        return tuple(
            replace(landmark, reading=reading).hazard_ratio() for landmark in both
        )

    alternatives = {say("W = {w}", w=w): partial(estimate, float(w)) for w in (30, 90)}
    return Finding.estimated(
        partial(estimate, SILENCE_DAYS), first.definition, first.gates, alternatives,
        beside=first.beside, qualifiers=first.qualifiers, note=first.note,
    )  # fmt: skip
