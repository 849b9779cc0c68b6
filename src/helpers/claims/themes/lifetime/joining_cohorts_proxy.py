"""Claims about doors and times, from who joined one group or one site when.

Where a corpus is a site with a dated gate, those who joined before it are compared
with those who joined behind it; years of joining are the units, their trend taken off.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, Proxy
from helpers.claims.contract.specification import multiplied
from helpers.claims.designs.permutation import Permutations, confounding, permuted
from helpers.claims.designs.rates.interrupted_series import coefficient
from helpers.claims.designs.units import units
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.small_counts import People
from helpers.survival import Interval, cox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.study_view import Evidence

    Sets = Mapping[str, Mapping[str, Any]]

__all__ = ["JOINERS", "PROXIES", "door_keeps", "gap_at_door", "later_joiners"]

JOINERS = "registry.kind=joiners of a year"
LEAST_COHORTS = 3
YEAR = 365
OPENED = 2005  # the first whole year behind the paid door
SHUT = (2003, 2004)  # hardly anybody could join; then those who had waited did
FIRST_YEAR = 1999
YEARS: Sets = {
    "after": {"a year later": 1, "two years later": 2, "five years later": 5},
    "until": {"joined up to 2012": 2012, "up to 2010": 2010, "up to 2015": 2015},
}


def gap_at_door(evidence: Evidence) -> Finding:
    """Estimate the step of retention at the door, over years of joining."""
    first = _first(YEARS)
    years = _joiners(evidence, **first)
    asked = gates.passed(units(len(years), "years of joining"))
    return Finding(
        legs=(_step(years), None),
        definition="share of a year's joiners who write in a month of the year after,"
        " behind the paid door less before it, a steady trend over years of joining"
        " taken off",
        gates=asked,
        specifications=multiplied(
            YEARS, lambda **chosen: (_step(_joiners(evidence, **chosen)), None)
        ),
        qualifiers=(*QUALIFIERS, "interrupted series"),
        note=f"{int(years['paid'].sum())} years behind the door,"
        f" {int((1 - years['paid']).sum())} before; the years in which the door was"
        " shut, and in which it opened for money, are left out; one price only",
    )


def _joiners(evidence: Evidence, after: int, until: int) -> pd.DataFrame:
    """Return each year's joiners: the share who write so many years later."""
    groups = evidence.groups[evidence.groups["kind"] == "joiners of a year"]
    year = groups["key"].str.rsplit("/", n=1).str[1].astype(int)
    of = pd.Series(year.to_numpy(), groups["group"])
    months = evidence.table("snapshots")
    months = months[months["group"].isin(of.index)].assign(
        year=lambda rows: rows["group"].map(of),
        then=lambda rows: pd.to_datetime(rows["day"], unit="D").dt.year,
    )
    later = months[months["then"] == months["year"] + after]
    made = evidence.table("funnels").query("step == 'registered'")
    accounts = made.set_index(made["cohort"].astype(int))["people"]
    share = later.groupby("year")["active"].mean() / accounts
    table = share.rename("share").rename_axis("year").reset_index().dropna()
    kept = table["year"].between(FIRST_YEAR, until) & ~table["year"].isin(SHUT)
    return table[kept].assign(paid=lambda rows: (rows["year"] >= OPENED).astype(float))


def _step(years: pd.DataFrame) -> Interval:
    return coefficient(years["share"], years[["paid", "year"]])


def later_joiners(evidence: Evidence) -> Finding:
    """Estimate how much faster those who joined a year later leave.

    Of one group's members within their first year; of one site's joiners by the share
    who still write a year later.
    """
    if "lives" in evidence.study.manifest.tables:
        return _later_members(evidence)
    return _later_accounts(evidence)


def _later_members(evidence: Evidence) -> Finding:
    sets: Sets = {
        "horizon": {"within a year": YEAR, "within 105 days": 105, "ever": 10**6},
        "turn": {"all who joined": 0, "from the second year on": 1},
    }
    members = _members(evidence, **_first(sets))
    asked = _asked(members)
    ratio = _per_year(members)
    return Finding(
        legs=(ratio,),
        definition="HR of leaving per year of joining, members of one group within"
        " their first year",
        gates=asked,
        specifications=multiplied(
            sets, lambda **values: _per_year(_checked(_members(evidence, **values)))
        ),
        permuted=Permutations(ratio, partial(_dealt, members)),
        qualifiers=QUALIFIERS,
        may="nothing",  # who joins one group later is no later group
        variant="joiners",
        note=f"{People(len(members))} memberships; leaving is quitting or being"
        " removed; age, period and cohort cannot be told apart;"
        f" {confounding(ratio, members['ended'].mean())}",
    )


def _members(evidence: Evidence, horizon: int, turn: int) -> pd.DataFrame:
    rows = evidence.table("lives").query("measure == 'membership by year'")
    dated = rows[rows["cohort"].str.fullmatch(r"\d{4}")]
    year = dated["cohort"].astype(int)
    known = dated.assign(
        year=year - year.min(),
        ended=dated["ending"].eq("left") & (dated["days"] < horizon),
        duration=dated["days"].clip(upper=horizon) + 1,
    )
    known = known[known["year"] >= turn]
    return known.loc[known.index.repeat(known["people"])].reset_index(drop=True)


def _asked(members: pd.DataFrame) -> tuple[gates.Gate, ...]:
    cohorts = members["year"].nunique()
    return gates.passed(
        gates.Gate("cohorts", cohorts >= LEAST_COHORTS, f"{cohorts} years of joining"),
        gates.coefficients(int(members["ended"].sum()), 1),
    )


def _checked(members: pd.DataFrame) -> pd.DataFrame:
    _asked(members)
    return members


def _dealt(members: pd.DataFrame, seed: int) -> Interval:
    """Return the ratio with years of joining dealt out anew."""
    one_group = members.assign(group=0)
    return _per_year(permuted(one_group, seed=seed, column="year", within=("group",)))


def _per_year(members: pd.DataFrame) -> Interval:
    exposures = members[["year"]].astype("float64")
    fit = cox(members["duration"], members["ended"], exposures, cluster=members.index)
    return fit["year"].ratio


def _later_accounts(evidence: Evidence) -> Finding:
    sets: Sets = {
        "after": YEARS["after"],
        "since": {"joined since 2005": OPENED, "since 2008": 2008, "since 2010": 2010},
    }
    many = _since(evidence, **_first(sets))
    asked = gates.passed(units(len(many), "years of joining"))
    return Finding(
        legs=(_trend(many),),
        definition="HR of no longer writing a year later, per year of joining: the"
        " trend of log −log(share who write in a month of the year after)",
        gates=asked,
        specifications=multiplied(
            sets, lambda **values: _trend(_since(evidence, **values))
        ),
        qualifiers=QUALIFIERS,
        may="nothing",  # who joins one group later is no later group
        variant="joiners",
        note=f"{len(many)} years of joining, all behind the same paid door; age, period"
        " and cohort cannot be told apart",
    )


def _since(evidence: Evidence, after: int, since: int) -> pd.DataFrame:
    years = _joiners(evidence, after, until=10**4)
    whole = pd.to_datetime(evidence.groups["end_us"].max() // DAY_US, unit="D").year
    kept: pd.DataFrame = years[
        (years["year"] >= since) & (years["year"] + after < whole)
    ]
    return kept


def _trend(years: pd.DataFrame) -> Interval:
    return _hazards(years, ["year"])


def _hazards(years: pd.DataFrame, names: list[str]) -> Interval:
    """Return the ratio of hazards of no longer writing, of the first exposure named."""
    if not years["share"].between(0, 1, inclusive="neither").all():
        raise NotIdentifiableError("a year of which nobody or everybody stayed")
    return coefficient(np.log(-np.log(years["share"])), years[names], "log")


def door_keeps(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of leaving behind a paid door, to those before it.

    No cap was ever set, so the second leg is None.
    """
    years = _joiners(evidence, **_first(YEARS))
    asked = gates.passed(units(len(years), "years of joining"))

    def way(**chosen: int) -> tuple[Interval, None]:
        return _hazards(_joiners(evidence, **chosen), ["paid", "year"]), None

    return Finding(
        legs=(_hazards(years, ["paid", "year"]), None),
        definition="HR of no longer writing a year later, joiners behind a paid door"
        " to those before it, a steady trend over years of joining taken off",
        gates=asked,
        specifications=multiplied(YEARS, way),
        qualifiers=(*QUALIFIERS, "interrupted series"),
        variant="door",
        note="one site, one door; free accounts include those never confirmed",
    )


def _first(sets: Sets) -> dict[str, Any]:
    return {name: next(iter(values.values())) for name, values in sets.items()}


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s0-later-cohorts-harder": Proxy(
            later_joiners, ("lives.measure=membership by year", JOINERS)
        ),
        "s4-entry-threshold-cap": Proxy(door_keeps, (JOINERS,)),
    }
)
