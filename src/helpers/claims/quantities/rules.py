"""Rules: early, strict, and displayed at random.

Two arms of listed groups are weighted by inverse probabilities of their own arm, so
that both are alike in what was known at the landmark.

Simonsohn (2018), Two Lines, AMPPS 1, 538–555: falling below a break, rising above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.designs.hazards import Landmark, drop_constant, fit_lives
from helpers.claims.designs.ratios import estimate_ratio_of_blocks, fit_logit
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import (
    LEAST_IN_ARM,
    Evidence,
    classify_groups,
    mark_rules_by,
    measure_fact,
    require_arms,
    require_at_least,
    require_events_per_coefficient,
    require_sampled,
)
from helpers.group_lives.last_activity import define_by_last_activity, define_by_listing
from helpers.records import DAY_US
from helpers.survival.interval import Interval

CENTRAL = (0.2, 0.8)
TWO = 2  # values make a slope
TWO_WEEKS, FOUR_WEEKS, YEAR = 14.0, 28.0, 365.0
LEAST_OF_KIND = 10  # groups of a category that has an effect of its own
SURE = 1e-6  # a probability so near to 0 or 1 is of an arm that nobody else is in
LEAST_DISCUSSIONS = 200
DISCUSSION = "discussion"  # not with a guest who answers questions


@quantity("end_hazard_of_chapters_with_rules", of="ratio")
def compare_chapters(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of a year without work, rules by day 14 to none.

    Weighted for authors and commits of days 0–13, organisers, country, year of birth.
    A day's work stands at noon, so that one of day 14 is after the landmark.
    """
    at_noon = evidence.groups.assign(last_us=evidence.groups["last_us"] + DAY_US // 2)
    evidence = replace(evidence, groups=at_noon)
    born = pd.to_datetime(at_noon["origin_us"].astype("int64"), unit="us")
    year = pd.Series(born.dt.year.astype(str).to_numpy(), at_noon["group"])
    country = classify_groups(evidence, "country").reindex(year.index)
    data, covariates = _select_arms(
        Landmark(
            evidence=evidence,
            exposure=mark_rules_by(evidence, TWO_WEEKS),
            adjust=_log_facts(
                evidence, "authors_days_0_13", "commits_days_0_13", "organizers_day_13"
            ),
            day=TWO_WEEKS,
            define=partial(define_by_last_activity, w_days=YEAR),
        ),
        pd.DataFrame({"country": country, "year": year}).fillna("another"),
    )
    return _estimate_weighted_ratio(data, covariates)


@quantity("end_hazard_of_servers_with_tools", of="ratio")
def compare_servers(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of closing, servers with tools of governance to none.

    From day 28 on; weighted for seats, plug-ins, month of birth and list.
    """
    exposure = mark_rules_by(evidence, FOUR_WEEKS)
    return _estimate_weighted_ratio(*_select_servers(evidence, exposure))


def _select_servers(
    evidence: Evidence, exposure: pd.Series[float]
) -> tuple[pd.DataFrame, list[str]]:
    groups = evidence.groups
    born = pd.to_datetime(groups["origin_us"].astype("int64"), unit="us")
    month = pd.Series(born.dt.strftime("%Y-%m").to_numpy(), groups["group"])
    source = classify_groups(evidence, "source").reindex(month.index)
    landmark = Landmark(
        evidence=evidence,
        exposure=exposure,
        adjust=_log_facts(evidence, "seats", "plugins"),
        day=FOUR_WEEKS,
        define=define_by_listing,
    )
    kinds = pd.DataFrame({"month": month, "source": source}).fillna("another")
    return _select_arms(landmark, kinds)


def _log_facts(evidence: Evidence, *facts: str) -> pd.DataFrame:
    """Return log(1 + count) of facts by group; missing ones are 0 with an indicator."""
    groups = evidence.groups["group"]
    table = pd.DataFrame(index=pd.Index(groups, name="group"))
    for fact in facts:
        counts = measure_fact(evidence, fact).reindex(groups)
        table[f"log {fact}"] = np.log1p(counts.fillna(0.0))
        if counts.isna().any():
            table[f"{fact} unknown"] = counts.isna().astype("float64")
    return table


def _select_arms(
    landmark: Landmark, kinds: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Return the groups at risk and the names of their covariates."""
    data = landmark.select_at_risk().reset_index(drop=True)
    own = [
        _build_dummies(data["group"].map(kind)).add_prefix(f"{name}: ")
        for name, kind in kinds.items()
    ]
    known = pd.concat([data[[*landmark.adjust]], *own], axis=1)
    known = known.loc[:, known.max() > known.min()]
    return data.drop(columns=landmark.adjust.columns).join(known), list(map(str, known))


def _build_dummies(kinds: pd.Series[str]) -> pd.DataFrame:
    """Return a column for each kind but the usual one; rare ones are put together."""
    usual = kinds.mode().iloc[0]
    rare = kinds.map(kinds.value_counts()) < LEAST_OF_KIND
    pooled = "another" if rare.sum() >= LEAST_OF_KIND else usual
    named = pd.get_dummies(kinds.mask(rare, pooled), dtype=float)
    return named.drop(columns=usual, errors="ignore")


def _estimate_weighted_ratio(data: pd.DataFrame, known: list[str]) -> Interval:
    """Estimate a hazard ratio by a Cox model with inverse probability weights."""
    require_arms(data["exposure"] == 1, data["ended"])
    weights = compute_weights(data["exposure"], data[known])
    exposures = data[["exposure"]].astype("float64")
    return fit_lives(data, exposures, weights=weights)["exposure"].ratio


def compute_weights(
    exposed: npt.ArrayLike, known: pd.DataFrame
) -> npt.NDArray[np.float64]:
    """Compute stabilised inverse-probability-of-treatment weights.

    Robins, Hernán and Brumback (2000), Epidemiology 11, 550–560.

    >>> known = pd.DataFrame({"big": [1.0] * 4 + [0.0] * 4})
    >>> compute_weights([1, 1, 1, 0, 1, 0, 0, 0], known).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0, 2.0, 0.667, 0.667, 0.667]
    """
    arm = np.asarray(exposed, np.float64)
    design = np.column_stack([np.ones(len(arm)), known.to_numpy(np.float64)])
    divided = NotIdentifiableError("what is known divides the arms", where="weights")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotIdentifiableError("columns repeat one another", where="weights")
    fit = fit_logit(arm, design, divided, tol=1e-12)
    chance = np.asarray(fit.fittedvalues, np.float64)
    if not ((chance > SURE) & (chance < 1 - SURE)).all():
        raise divided
    share = arm.mean()
    weights: npt.NDArray[np.float64] = np.where(
        arm == 1, share / chance, (1 - share) / (1 - chance)
    )
    return weights


@quantity("end_hazard_below_strictness", of="ratio")
def compare_lenient(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of closing per SD of tools, among servers with few.

    Two lines: below and from the number of tools at which few close.
    """
    return _compare_strict(evidence)[0]


@quantity("end_hazard_beyond_strictness", of="ratio")
def compare_strict(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of closing per SD of tools, among servers with many."""
    return _compare_strict(evidence)[1]


def _compare_strict(evidence: Evidence) -> tuple[Interval, Interval]:
    tools = measure_fact(evidence, "governance_tools")
    data, columns = _select_servers(evidence, tools)
    data = data.assign(exposure=data["exposure"] / data["exposure"].std())
    at = find_bottom(data, columns)
    require_sampled(data)
    beyond = int((data["exposure"] > at).sum())
    require_at_least(beyond, LEAST_IN_ARM, "servers beyond the break")
    require_events_per_coefficient(int(data["ended"].sum()), 3 + len(columns))
    return estimate_two_lines(data, columns, at)


@quantity(
    "removals_with_rules_shown", of="ratio", unit="discussions", association=False
)
def compare_removals(evidence: Evidence) -> Interval:
    """Estimate the ratio of newcomers' comments removed, rules displayed to not.

    A randomised trial in blocks of discussions, without those with an invited guest;
    the rules held in both arms.
    """
    return estimate_ratio_of_blocks(_read_trial(evidence), "removed", "entered")


@quantity(
    "newcomers_with_rules_shown", of="ratio", unit="discussions", association=False
)
def compare_newcomers(evidence: Evidence) -> Interval:
    """Estimate the ratio of newcomers' comments per discussion, rules shown to not.

    Without discussions with an invited guest, where the effect is the opposite.
    """
    return estimate_ratio_of_blocks(_read_trial(evidence), "entered")


def _read_trial(evidence: Evidence) -> pd.DataFrame:
    rows = evidence.table("block_trial")
    rows = rows[rows["stratum"].eq(DISCUSSION)]
    arms = rows["treated"].value_counts().reindex([True, False], fill_value=0)
    require_at_least(int(arms.min()), LEAST_DISCUSSIONS, "discussions in one arm")
    return rows


def find_bottom(data: pd.DataFrame, known: Sequence[str]) -> float:
    """Find the exposure at which a quadratic Cox model has its lowest hazard.

    Two different values at the least stay below it, and two from it on.
    """
    x = data["exposure"]
    table = pd.DataFrame({"x": x, "square": x**2}).join(data[list(known)])
    fit = fit_lives(data, drop_constant(table))
    line, square = (fit[name].wald.on_scale("log")[0] for name in ("x", "square"))
    values = np.unique(x)
    if len(values) < 2 * TWO:
        raise NotIdentifiableError(f"{len(values)} doses have no two lines")
    low, high = x.quantile(list(CENTRAL))
    at = -line / (2 * square) if square > 0 else float(x.median())
    return float(np.clip(at, max(low, values[TWO]), min(high, values[-TWO])))


def estimate_two_lines(
    data: pd.DataFrame, known: Sequence[str], at: float
) -> tuple[Interval, Interval]:
    """Estimate the hazard ratios per unit of exposure below and above a break.

    The lines need not meet: at the break there may be a step.
    """
    x = data["exposure"] - at
    if min(x[x < 0].nunique(), x[x >= 0].nunique()) < TWO:
        raise NotIdentifiableError("there is no slope on one side of the break")
    parts = {"low": x.clip(upper=0), "high": x.clip(lower=0), "above": x.ge(0)}
    table = pd.DataFrame(parts).astype("float64").join(data[list(known)])
    fit = fit_lives(data, drop_constant(table))
    n_low = int(x.lt(0).sum())
    low, high = fit["low"].ratio, fit["high"].ratio
    return replace(low, n=n_low), replace(high, n=len(x) - n_low)
