"""Indirect: how soon members leave, by year of joining."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.permutation import build_permutation, describe_confounding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.event_study import estimate_stopping_ratio
from helpers.claims.quantities.members import JOINERS, OPENED, YEARS, summarise_joiners
from helpers.claims.quantities.spans import THREE_MONTHS
from helpers.records import DAY_US
from helpers.small_counts import People
from helpers.survival import Interval, fit_cox
from helpers.wording import say

LEAST_COHORTS = 3
YEAR = 365
SHOWN: Mapping[str, Any] = {
    "qualifiers": QUALIFIERS,
    "may": "nothing",  # who joins one group later is no later group
    "variant": "joiners",
}


@stands_in("s0-later-cohorts-harder", ("lives.measure=membership by year", JOINERS))
def later_joiners(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of leaving per later year of joining.

    Of one group's members within their first year; of one site's joiners by the share
    who still write a year later.
    """
    if "lives" in evidence.study.manifest.tables:
        return _build_later_members(evidence)
    return _build_later_accounts(evidence)


def _build_later_members(evidence: Evidence) -> Finding:
    sets: Sets = {
        "horizon": {
            "within a year": YEAR,
            say("within 105 days"): THREE_MONTHS,
            say("ever"): 10**6,
        },
        "turn": {"all who joined": 0, say("from the second year on"): 1},
    }
    return Finding.over(
        sets,
        partial(_count_members, evidence),
        _check_gates,
        _estimate_per_year,
        definition=say(
            "HR of leaving per year of joining, members of one group within"
            " their first year"
        ),
        permuted=build_permutation(_estimate_per_year, "year", ("group",)),
        note=lambda members, ratio: say(
            "{n} memberships; leaving is quitting or being removed; age,"
            " period and cohort cannot be told apart; {confounding}",
            n=People(len(members)),
            confounding=describe_confounding(ratio, members["ended"].mean()),
        ),
        cases="people",
        **SHOWN,
    )


def _count_members(evidence: Evidence, horizon: int, turn: int) -> pd.DataFrame:
    rows = evidence.table("lives").query("measure == 'membership by year'")
    dated = rows[rows["cohort"].str.fullmatch(r"\d{4}")]
    year = dated["cohort"].astype(int)
    members = dated.assign(
        group=0,
        year=year - year.min(),
        ended=dated["ending"].eq("left") & (dated["days"] < horizon),
        duration=dated["days"].clip(upper=horizon) + 1,
    )
    members = members[members["year"] >= turn]
    return members.loc[members.index.repeat(members["people"])].reset_index(drop=True)


def _check_gates(members: pd.DataFrame) -> tuple[gates.Gate, ...]:
    cohorts = members["year"].nunique()
    return gates.pass_gates(
        gates.Gate(
            "cohorts",
            cohorts >= LEAST_COHORTS,
            say("{cohorts} years of joining", cohorts=cohorts),
        ),
        gates.require_events_per_coefficient(int(members["ended"].sum()), 1),
    )


def _estimate_per_year(members: pd.DataFrame) -> Interval:
    exposures = members[["year"]].astype("float64")
    fit = fit_cox(
        members["duration"], members["ended"], exposures, cluster=members.index
    )
    return fit["year"].ratio


def _build_later_accounts(evidence: Evidence) -> Finding:
    sets: Sets = {
        "after": YEARS["after"],
        "since": {
            "joined since 2005": OPENED,
            say("since 2008"): 2008,
            say("since 2010"): 2010,
        },
    }

    def trend(**values: int) -> Interval:
        return estimate_stopping_ratio(
            _compute_days_since(evidence, **values), ["year"]
        )

    first = take_first_choices(sets)
    n_years = len(_compute_days_since(evidence, **first))
    return Finding(
        cases="years",
        gates=gates.pass_gates(
            gates.require_units(n_years, "{n} years of joining, {least} needed")
        ),
        components=(trend(**first),),
        definition=say(
            "HR of no longer writing a year later, per year of joining: the"
            " trend of log −log(share who write in a month of the year"
            " after)"
        ),
        specifications=multiply_sets(sets, trend),
        note=say(
            "{n_years} years of joining, all behind the same paid door;"
            " age, period and cohort cannot be told apart",
            n_years=n_years,
        ),
        **SHOWN,
    )


def _compute_days_since(evidence: Evidence, after: int, since: int) -> pd.DataFrame:
    years = summarise_joiners(evidence, after, until=10**4)
    last_year = pd.to_datetime(evidence.groups["end_us"].max() // DAY_US, unit="D").year
    joined: pd.DataFrame = years[
        (years["year"] >= since) & (years["year"] + after < last_year)
    ]
    return joined
