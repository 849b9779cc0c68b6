"""Stated purposes of groups: frequency, and survival without one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, select_groups_with_values
from helpers.claims.designs.hazards.landmark_codings import (
    compare_at_landmark,
    count_literal,
)
from helpers.claims.designs.odds import estimate_odds_ratio
from helpers.claims.quantities.codings import estimate_alpha, list_coders, read_stated
from helpers.claims.quantities.death_definitions import SEED
from helpers.claims.quantities.unsampled_intervals import enclose_bounds
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.survival import Interval, choose_clusters

TWO_DAYS = 2
LEAST_COHORTS = 3
LEAST_CODED = 100
FIVE = ("interest", "friends", "customers", "events", "learning")


@estimates("s0-no-purpose-dies")
def no_purpose(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of groups without a stated purpose."""
    landmark = compare_at_landmark(
        evidence, 1 - read_stated(evidence, "purpose", TWO_DAYS), TWO_DAYS
    )
    others = {
        f"coder {name} alone": replace(
            landmark,
            exposure=1 - read_stated(evidence, "purpose", TWO_DAYS, coder=name),
        )
        for name in list_coders(evidence, "purpose")
    }
    finding = landmark.finding("no purpose on record by day 2 against one", others)
    return replace(
        finding, beside=(*finding.beside, *count_literal(landmark, 1.0, alive=True))
    )


@estimates("s0-purpose-clearer-later")
def purpose_clearer(evidence: Evidence) -> Finding:
    """Estimate the yearly odds ratio that a purpose is stated early."""
    rows = _summarise_purposes_by_year(evidence)
    years = int(rows["year"].nunique())
    passed = gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_cohorts("births in {} calendar years", years, LEAST_COHORTS),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    others = {
        f"coder {name} alone": partial(_estimate_odds_per_year, evidence, name)
        for name in list_coders(evidence, "purpose")
    }
    return Finding.estimated(
        partial(_estimate_odds_per_year, evidence),
        "odds of a purpose stated within 48 hours, per year of founding",
        passed, others, qualifiers=("association",),
    )  # fmt: skip


def _summarise_purposes_by_year(
    evidence: Evidence, coder: str | None = None
) -> pd.DataFrame:
    born = evidence.groups.set_index("group")["origin_us"].astype("int64")
    year = pd.to_datetime(born, unit="us").dt.year.astype("float64")
    purpose = read_stated(evidence, "purpose", TWO_DAYS, coder=coder)
    return select_groups_with_values(evidence, purpose=purpose, year=year - year.min())


def _estimate_odds_per_year(evidence: Evidence, coder: str | None = None) -> Interval:
    rows = _summarise_purposes_by_year(evidence, coder)
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_odds_ratio(rows["purpose"], rows[["year"]], clusters)


@estimates("s1-many-have-no-why")
def no_why(evidence: Evidence) -> Finding:
    """Estimate the share of company-run groups that state no purpose.

    Groups not coded, or on which coders differ, are all with and all without one: the
    limits enclose both bounds.
    """
    groups, proxy = _select_company_groups(evidence)
    passed = gates.pass_gates(
        *gates.require_sampled(groups),
    )
    others = {
        f"coder {name} alone": partial(_estimate_without, evidence, name)
        for name in list_coders(evidence, "purpose")
    }
    return Finding.estimated(
        partial(_estimate_without, evidence),
        "company-run groups without a stated purpose; those undecided as both bounds",
        passed, others, qualifiers=proxy,
    )  # fmt: skip


def _select_company_groups(evidence: Evidence) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Select groups run by companies, or all if not recorded."""
    try:
        company = read_stated(evidence, "company")
    except NotIdentifiableError:
        return evidence.groups, ("proxy",)
    return evidence.groups[evidence.groups["group"].map(company).eq(1.0)], ()


def _estimate_without(evidence: Evidence, coder: str | None = None) -> Interval:
    groups, _ = _select_company_groups(evidence)
    none = 1 - groups["group"].map(read_stated(evidence, "purpose", coder=coder))
    shares = [
        _estimate_share(rows, none[rows.index].fillna(undecided))
        for rows, undecided in (
            (groups[none.notna()], 0.0), (groups, 0.0), (groups, 1.0),
        )
    ]  # fmt: skip
    if none.notna().all():
        return shares[0]
    return enclose_bounds(*shares, why="undecided groups with and without one")


def _estimate_share(rows: pd.DataFrame, yes: pd.Series[float]) -> Interval:
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(yes, clusters, seed=SEED)


@estimates("s3-five-types-cover")
def five_types(evidence: Evidence) -> Finding:
    """Estimate the share of groups of five types, and coder agreement."""
    wide = _list_types(evidence)
    passed = gates.pass_gates(
        gates.require_groups(len(wide), LEAST_CODED),
        gates.require_units(wide.shape[1], "coders", 2),
    )
    others = {
        f"with {more} as a type": partial(_estimate_coverage, evidence, (*FIVE, more))
        for more in ("work", "family")
    }
    return Finding.estimated(
        partial(_estimate_coverage, evidence),
        "groups that every coder puts into one of five types, and Krippendorff's α of"
        " their types",
        passed, others,
    )  # fmt: skip


def _list_types(evidence: Evidence) -> pd.DataFrame:
    """Return the type that each coder gave to each group."""
    rows = evidence.table("codings")
    rows = rows[rows["fact"].str.startswith("type: ") & rows["value"].gt(0)]
    kind = rows.assign(kind=rows["fact"].str.removeprefix("type: "))
    wide = kind.pivot_table("kind", "group", "coder", aggfunc="first")
    return wide.dropna()


def _estimate_coverage(
    evidence: Evidence, types: tuple[str, ...] = FIVE
) -> tuple[Interval, Interval]:
    wide = _list_types(evidence)
    clusters = choose_clusters_for(evidence, wide.index.to_series())
    covered = wide.isin(types).all(axis=1)
    agreed = estimate_alpha(wide, clusters, seed=SEED)
    return estimate_share(covered, clusters, seed=SEED), agreed
