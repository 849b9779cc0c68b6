"""Indirect: hazard by founding year, from two dates per group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.permutation import build_permutation, describe_confounding
from helpers.claims.quantities.death_definitions import Reading
from helpers.claims.quantities.registered import (
    define_by_listing,
    define_registered_lifetimes,
)
from helpers.claims.quantities.two_dates import (
    SIDE_BY_SIDE,
    enclose_both,
    select_followed,
)
from helpers.claims.themes.lifetime.cohorts import (
    YEARS_PERMUTED,
    cut_at_first_year,
    estimate_per_year,
    require_enough,
)
from helpers.survival import Interval

RETIRED = "registry.closed_kind=retired"
APART = "age, period and cohort cannot be told apart: cohorts under a constant period"


@stands_in(
    "s0-later-cohorts-harder",
    ("registry.last_us", RETIRED),
    planned=True,
)
def later_groups(evidence: Evidence) -> Finding:
    """Estimate the first-year hazard ratio per later founding year.

    By silence after the last activity, for 60 days and for 180; where projects are
    retired by their community, by that, graduation being no death. Where groups live
    on without the activity that is recorded, the ratio is shown and decides nothing.
    """
    if (evidence.groups["closed_kind"] == "retired").any():
        return _build_finding(evidence, (define_by_listing,), "retired", ("proxy",), {})
    rows, source = select_followed(evidence)
    ways = tuple(partial(define_registered_lifetimes, w_days=w) for w in SIDE_BY_SIDE)
    mark = () if source.talk else ("proxy",)
    never = rows.groups["last_us"].isna()
    started = rows.only(rows.groups.loc[~never, "group"])
    frames = {"ever started": started} if never.any() else {}
    words = f"no {source.what} for 60 days after the last one, or for 180"
    finding = _build_finding(rows, ways, words, (*mark, *source.prints), frames)
    if not source.lives_on:
        return finding
    note = f"{source.lives_on}; {finding.note}"
    return replace(finding, may="nothing", note=note)


def _build_finding(
    rows: Evidence,
    ways: tuple[Reading, ...],
    words: str,
    qualifiers: tuple[str, ...],
    frames: Mapping[str, Evidence],
) -> Finding:
    sets: Sets = {
        "view": {"all groups": rows, **frames},
        "way": {"as decided": ways, **({} if len(ways) == 1 else _list_each(ways))},
    }
    return Finding.over(
        sets,
        lambda view, way: [cut_at_first_year(view, one(view)) for one in way],
        lambda tables: require_enough(tables[-1]),
        _estimate_ratio,
        definition=f"HR per year of birth, {words}, within 365 d",
        permuted=lambda tables, seed: build_permutation(
            estimate_per_year, *YEARS_PERMUTED
        )(tables[0], seed),
        qualifiers=(*qualifiers, "association"),
        note=lambda tables, ratio: (
            f"{APART}; {describe_confounding(ratio, tables[0]['ended'].mean())}"
        ),
    )


def _list_each(ways: tuple[Reading, ...]) -> dict[str, tuple[Reading, ...]]:
    named = zip(SIDE_BY_SIDE, ways, strict=True)
    return {f"W = {w:g} alone": (estimate,) for w, estimate in named}


def _estimate_ratio(tables: list[pd.DataFrame]) -> Interval:
    ratios = [estimate_per_year(data) for data in tables]
    return enclose_both(ratios) if len(ratios) > 1 else ratios[0]
