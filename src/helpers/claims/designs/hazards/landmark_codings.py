"""Landmark comparisons by hand-coded exposures, and of a U-shaped hazard.

References
----------
Simonsohn (2018), Two Lines, AMPPS 1, 538–555: falling below a breakpoint, rising above.
"""

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
from helpers.claims.quantities.deaths import Ends, define_silent, estimate_failure
from helpers.claims.quantities.quantity import compute_complement
from helpers.claims.quantities.spans import BY_REPLIES, VOLUME, YEAR, select_first_weeks
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, Regression, choose_clusters, fit_cox
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

BEFORE = {14: "1-13", 28: "0-27", 56: "28-55", 84: "56-83"}
CENTRAL = (0.2, 0.8)
TWO = 2  # values make a slope


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


def find_bottom(data: pd.DataFrame, known: Sequence[str]) -> float:
    """Find the exposure at which a quadratic Cox model has its lowest hazard.

    Two different values at the least stay below it, and two from it on: a dose that
    half of the groups lack has no slope below its first step.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    known
        Columns that are adjusted for.
    """
    x = data["exposure"]
    table = pd.DataFrame({"x": x, "square": x**2}).join(data[list(known)])
    fit = fit_cox_model(data, table)
    line, square = (fit[name].ratio.on_scale("log")[0] for name in ("x", "square"))
    low, high = x.quantile(list(CENTRAL))
    values = np.unique(x)
    if len(values) < 2 * TWO:
        raise NotIdentifiableError(f"{len(values)} doses have no two lines")
    at = -line / (2 * square) if square > 0 else float(x.median())
    return float(np.clip(at, max(low, values[TWO]), min(high, values[-TWO])))


def estimate_two_lines(
    data: pd.DataFrame, known: Sequence[str], at: float
) -> tuple[Interval, Interval]:
    """Estimate the hazard ratios per unit of exposure below and above a breakpoint.

    The lines need not meet: beyond the break there may be a step.
    """
    x = data["exposure"] - at
    if min(x[x < 0].nunique(), x[x >= 0].nunique()) < TWO:
        raise NotIdentifiableError("there is no slope on one side of the break")
    parts = {"low": x.clip(upper=0), "high": x.clip(lower=0), "above": x.ge(0)}
    table = pd.DataFrame(parts).astype("float64").join(data[list(known)])
    fit = fit_cox_model(data, table)
    return fit["low"].ratio, fit["high"].ratio
