"""Hazard by founding year, from messages or from two recorded dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Specification,
    estimates,
    multiply_sets,
)
from helpers.claims.contract.permutation import (
    Permutations,
    build_permutation,
    describe_confounding,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.source_facts import SIDE_BY_SIDE
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import (
    IGNORED,
    PRIMARY,
    Ends,
    Reading,
    define_silent,
    list_clocks_and_deaths,
    list_supplementary,
    read_view,
)
from helpers.claims.quantities.registered import (
    define_by_listing,
    define_registered_lifetimes,
)
from helpers.claims.quantities.spans import YEAR
from helpers.claims.quantities.two_dates import enclose_both, select_followed
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters, fit_cox
from helpers.wording import join_messages, say

LEAST_COHORTS = 3
LEAST_YEARS = 2
YEARS_PERMUTED = "origin_us", ("network",)  # what is permuted, within what
EFFECTS = "an effect for each network"
RETIRED = "registry.closed_kind=retired"
APART = say(
    "age, period and cohort cannot be told apart: cohorts under a constant period"
)


@stands_in("s0-later-cohorts-harder", ("registry.last_us", RETIRED), planned=True)
@estimates("s0-later-cohorts-harder")
def later_cohorts_harder(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of death in year one per later founding year."""
    if not evidence.records("groups"):
        return _compare_by_dates(evidence)
    evidence = evidence.of_known_age
    ends = define_silent(evidence)
    data = cut_at_first_year(evidence, ends)
    passed = require_enough(data)
    ratio = estimate_per_year(data)
    return Finding(
        components=(ratio,),
        definition=say(
            "HR per year of birth, {definition} within 365 d",
            definition=ends.definition,
        ),
        gates=passed,
        specifications=_list_other_cohorts(evidence),
        permuted=Permutations.of(ratio, data, estimate_per_year, *YEARS_PERMUTED),
        qualifiers=("association",),
        note=join_messages(
            "; ", (APART, describe_confounding(ratio, data["ended"].mean()))
        ),
    )


def require_enough(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    """Check that there are three founding years, enough groups and enough deaths."""
    return gates.pass_gates(
        *require_span(data["origin_us"]),
        *gates.require_sampled(data),
        gates.require_events_per_coefficient(int(data["ended"].sum()), 1),
    )


def require_span(origin_us: pd.Series[int]) -> tuple[gates.Gate, ...]:
    """Check for three founding years in the data that span two years or more."""
    years = (origin_us.max() - origin_us.min()) / DAY_US / YEAR
    detail = say(
        "births over {years:.1f} years, {least_years} needed",
        years=years,
        least_years=LEAST_YEARS,
    )
    cohorts = pd.to_datetime(origin_us, unit="us").dt.year.nunique()
    return (
        gates.require_cohorts(
            "births in {n} calendar years, {least} needed",
            cohorts,
            LEAST_COHORTS,
        ),
        gates.Gate("window", years >= LEAST_YEARS, detail),
    )


def cut_at_first_year(evidence: Evidence, ends: Ends) -> pd.DataFrame:
    """Truncate lifetimes at the end of the first year."""
    lives = ends.lives
    origin = evidence.groups.set_index("group")["origin_us"]
    data = pd.DataFrame(
        {
            "group": lives.group,
            "network": lives.network,
            "batch": lives.batch,
            "origin_us": origin.reindex(lives.group).to_numpy(),
            "duration": np.minimum(lives.durations, YEAR),
            "ended": lives.ended & ~ends.competing & (lives.durations <= YEAR),
            "entry": lives.entry,
        }
    )
    return data[(data["entry"] == 0) | (data["duration"] > data["entry"])]


def estimate_per_year(data: pd.DataFrame, *, by_network: bool = False) -> Interval:
    """Estimate the death hazard ratio per later founding year, by network."""
    years = (data["origin_us"] - data["origin_us"].min()) / DAY_US / YEAR
    exposures = pd.DataFrame({"year": years.astype("float64")})
    if by_network:
        each = pd.get_dummies(data["network"], drop_first=True, dtype=float)
        exposures = exposures.join(each.loc[:, each[data["ended"]].sum() > 0])
    fit = fit_cox(
        data["duration"],
        data["ended"],
        exposures,
        entry=data["entry"],
        cluster=choose_clusters(data["network"], data["batch"]).codes,
    )
    return fit["year"].ratio


def _list_other_cohorts(evidence: Evidence) -> tuple[Specification, ...]:
    """List hazard ratios for other death definitions and origins, or fewer networks."""
    sets: dict[str, Mapping[str, Any]] = {
        **list_clocks_and_deaths(evidence, primary=PRIMARY),
        "networks": {"all networks": "", **_list_network_choices(evidence)},
    }

    def estimate(networks: str, **values: Any) -> Interval:  # noqa: ANN401 - as the sets have them
        groups = evidence.groups[evidence.groups["network"] != networks]
        view, ends = read_view(replace(evidence, groups=groups), **values)
        data = cut_at_first_year(view, ends)
        gates.pass_gates(
            *require_span(data["origin_us"]), gates.require_groups(len(data)),
            gates.require_events_per_coefficient(int(data["ended"].sum()), 1),
        )  # fmt: skip
        return estimate_per_year(data, by_network=networks == EFFECTS)

    supplementary_choices = list_supplementary(sets, estimate, primary=PRIMARY)
    return (*multiply_sets(sets, estimate, biased=[IGNORED]), *supplementary_choices)


def _list_network_choices(evidence: Evidence) -> dict[str, str]:
    """Return analysis options: network effects, or excluding one network at a time."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    left_out = {
        say("without {network}", network=network): network for network in networks
    }
    return {EFFECTS: EFFECTS, **left_out} if networks else {}


def _compare_by_dates(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of death in year one per later founding year.

    By silence after the last activity, for 60 days and for 180; where projects are
    retired by their community, by that, graduation being no death. Where groups live
    on without the activity that is recorded, the ratio is shown and decides nothing.
    """
    if (evidence.groups["closed_kind"] == "retired").any():
        return _build_dated_finding(
            evidence, (define_by_listing,), "retired", ("proxy",), {}
        )
    rows, source = select_followed(evidence)
    definitions = tuple(
        partial(define_registered_lifetimes, w_days=w) for w in SIDE_BY_SIDE
    )
    mark = () if source.talk else ("proxy",)
    is_inactive = rows.groups["last_us"].isna()
    started = rows.only(rows.groups.loc[~is_inactive, "group"])
    frames = {say("ever started"): started} if is_inactive.any() else {}
    words = say(
        "no {activity} for 60 days after the last one, or for 180",
        activity=source.what,
    )
    finding = _build_dated_finding(
        rows, definitions, words, (*mark, *source.prints), frames
    )
    if not source.lives_on:
        return finding
    note = join_messages("; ", (source.lives_on, finding.note))
    return replace(finding, may="nothing", note=note)


def _build_dated_finding(
    rows: Evidence,
    ways: tuple[Reading, ...],
    words: str,
    qualifiers: tuple[str, ...],
    frames: Mapping[str, Evidence],
) -> Finding:
    sets: Sets = {
        "view": {say("all groups"): rows, **frames},
        "way": {"as decided": ways, **({} if len(ways) == 1 else _list_each(ways))},
    }
    return Finding.over(
        sets,
        lambda view, way: [
            cut_at_first_year(view, definition(view)) for definition in way
        ],
        lambda tables: require_enough(tables[-1]),
        _estimate_enclosed,
        definition=say("HR per year of birth, {words}, within 365 d", words=words),
        permuted=lambda tables, seed: build_permutation(
            estimate_per_year, *YEARS_PERMUTED
        )(tables[0], seed),
        qualifiers=(*qualifiers, "association"),
        note=lambda tables, ratio: join_messages(
            "; ", (APART, describe_confounding(ratio, tables[0]["ended"].mean()))
        ),
    )


def _list_each(ways: tuple[Reading, ...]) -> dict[str, tuple[Reading, ...]]:
    named = zip(SIDE_BY_SIDE, ways, strict=True)
    return {say("W = {w:g} alone", w=w): (estimate,) for w, estimate in named}


def _estimate_enclosed(tables: list[pd.DataFrame]) -> Interval:
    ratios = [estimate_per_year(data) for data in tables]
    return enclose_both(ratios) if len(ratios) > 1 else ratios[0]
