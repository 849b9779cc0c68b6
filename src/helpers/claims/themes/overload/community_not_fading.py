"""Number of groups per person over time, from member lists or days of writing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    Supplement,
    estimates,
    list_alternatives,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.count_regression import compare_kinds, fit_within
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.spans import CALENDAR_YEAR, MONTH, to_local_day
from helpers.inference import cluster_by_label, estimate_rate_ratio
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import say

LEAST_PEOPLE = 100
MONTHS_A_YEAR = CALENDAR_YEAR / MONTH
LEAST_YEARS = 2
LEAST_QUARTERS, QUARTERS, SEVERAL = 4, 4, 2


def _require_enough(rows: pd.DataFrame) -> gates.Gate:
    people = People(rows["member"].nunique())
    return gates.require_units(
        people, "{n} people with all their groups, {least} needed", LEAST_PEOPLE
    )


@stands_in(
    "s0-community-not-fading",
    needs=("groups", "senders", "years_of_people", "people_across"),
)
@stands_in(
    "s0-community-not-fading",
    needs=("groups", "senders", "member_days", "people_across"),
)
@estimates("s0-community-not-fading")
def not_fading(evidence: Evidence) -> Finding:
    """Estimate the ratio per year of the number of groups a person is active in."""
    if not evidence.records("every_group"):
        by_day = evidence.records("senders", "member_days")
        return (_compare_quarters if by_day else _compare_years)(evidence)
    rows = evidence.study.table("portfolios")
    years = float(rows["month"].max() + 1) / MONTHS_A_YEAR
    passed = gates.pass_gates(
        _require_enough(rows),
        gates.require_at_least(
            "window",
            years,
            LEAST_YEARS,
            "{years:.1f} years, {least} needed",
            years=years,
        ),
    )

    def estimate(column: str, rows: pd.DataFrame) -> Interval:
        year = pd.DataFrame({"year": rows["month"] / MONTHS_A_YEAR})
        return compare_kinds(
            rows[column], year, cluster_by_label(rows["member"])
        ).ratio("year")

    steady = rows.groupby("member")["month"].transform("size") > MONTHS_A_YEAR
    steady_people = rows[steady].reset_index(drop=True)
    return Finding.estimated(
        partial(estimate, "active", rows), "active groups a person, per year", passed,
        {"people watched for a year": partial(estimate, "active", steady_people)},
        beside=(Supplement("new groups a person", estimate("opened", rows)),),
        cases="quarters",
    )  # fmt: skip


def _compare_quarters(evidence: Evidence) -> Finding:
    """Estimate the ratio per later year of groups per person, from quarterly counts."""
    rows = _list_quarters(evidence, 1)
    passed, interval = _check_gates(rows), _estimate_per_year(rows)
    people = People(rows["member"].nunique())
    return Finding(
        cases="quarters",
        components=(interval,),
        definition=say(
            "groups in which a person wrote in a quarter, per year later,"
            " within persons, whose first and last quarter are left out"
        ),
        gates=passed,
        specifications=_list_stricter(partial(_estimate_past_gates, evidence)),
        permuted=Permutations.of(
            interval, rows, _estimate_per_year, "quarter", ("member",)
        ),
        qualifiers=QUALIFIERS,
        note=say(
            "{n} quarters of {people} people, of {quarter} in the calendar;"
            " one network, and quarters in which a person wrote nowhere are"
            " not counted",
            n=len(rows),
            people=people,
            quarter=rows["quarter"].nunique(),
        ),
    )


def _list_stricter(estimate: Callable[[int], Interval]) -> tuple[Specification, ...]:
    """List estimates in which only groups with 5 or 10 messages of a person count."""
    return list_alternatives(
        {
            say("{least} messages or more there", least=least): partial(estimate, least)
            for least in (5, 10)
        }
    )


def _list_quarters(evidence: Evidence, least: int) -> pd.DataFrame:
    """Return the number of groups in which each person was active, per full quarter.

    A person's first and last quarter are only part of one and are left out.
    """
    member_days = evidence.table("member_days")
    day = pd.to_datetime(member_days["day"], unit="D")
    rows = member_days.assign(quarter=day.dt.to_period("Q").astype("int64"))
    days = to_local_day(evidence, evidence.groups[["origin_us", "end_us"]].min())
    first, last = pd.to_datetime(days, unit="D")
    rows = rows[
        (day.dt.to_period("Q").dt.start_time >= first)
        & (day.dt.to_period("Q").dt.end_time < last)
    ]
    by = rows.groupby(["member", "quarter", "group"], as_index=False)["messages"].sum()
    by = by[by["messages"] >= least]
    rooms: pd.DataFrame = (
        by.groupby(["member", "quarter"]).size().rename("groups").reset_index()
    )
    return _drop_edge_quarters(rooms)


def _drop_edge_quarters(rooms: pd.DataFrame) -> pd.DataFrame:
    """Drop each person's first and last quarter, which may be partial."""
    quarters = rooms.groupby("member")["quarter"]
    inner = rooms["quarter"].gt(quarters.transform("min"))
    return rooms[inner & rooms["quarter"].lt(quarters.transform("max"))]


def _check_gates(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    again = rows[rows["member"].duplicated(keep=False)]
    people = People(again["member"].nunique())
    several = People(rows.loc[rows["groups"] > 1, "member"].nunique())
    quarters = rows["quarter"].nunique()
    return gates.pass_gates(
        gates.require_units(
            people,
            "{n} people with two quarters and more, {least} needed",
            LEAST_PEOPLE,
        ),
        gates.require_units(
            several,
            "{n} people with two groups in a quarter, {least} needed",
            1,
        ),
        gates.require_at_least(
            "quarters",
            quarters,
            LEAST_QUARTERS,
            "{quarters} whole quarters, {least} needed",
            quarters=quarters,
        ),
    )


def _estimate_per_year(rows: pd.DataFrame) -> Interval:
    year = pd.DataFrame({"year": rows["quarter"] / QUARTERS})
    people = cluster_by_label(rows["member"])
    return fit_within(rows["groups"], year, rows["member"], people).ratio("year")


def _estimate_past_gates(evidence: Evidence, least: int) -> Interval:
    rows = _list_quarters(evidence, least)
    _check_gates(rows)
    return _estimate_per_year(rows)


def _compare_years(evidence: Evidence) -> Finding:
    """Estimate the ratio of groups per person from one calendar year to the next.

    Of people who wrote in two calendar years running; classes of people are drawn.
    """
    rows = evidence.study.table("portfolios_by_year")
    years = rows[(rows["by"] == "year") & (rows["least"] == 1)]
    of = years[years["people"] > 0]
    n_years = People(int(of["people"].sum()))
    passed = gates.pass_gates(
        gates.require_groups(len(evidence.groups), SEVERAL),
        gates.require_at_least(
            "people",
            n_years,
            LEAST_PEOPLE,
            "{n_years} years of people after a year of theirs, {least} needed",
            n_years=n_years,
        ),
        gates.require_units(
            len(of), "{n} years after another, {least} needed", LEAST_YEARS
        ),
    )
    return Finding(
        cases="classes",
        components=(_estimate_year_on_year(rows, 1),),
        definition=say(
            "groups in which a person wrote in a calendar year, over those"
            " of the year before, people who wrote in both"
        ),
        gates=passed,
        specifications=_list_stricter(partial(_estimate_year_on_year, rows)),
        beside=Supplement.tried(
            say("new groups for 1,000 people, per year"),
            partial(_compare_newly_joined, years),
        ),
        qualifiers=QUALIFIERS,
        note=say(
            "{n_years} years of people, {n} in the calendar; years in which"
            " a person wrote nowhere are not counted, tenure and period not"
            " told apart",
            n_years=n_years,
            n=len(of),
        ),
    )


def _estimate_year_on_year(rows: pd.DataFrame, least: int) -> Interval:
    own = rows[(rows["by"] == "class") & (rows["least"] == least)]
    ones = np.ones(len(own))
    return estimate_rate_ratio(
        own["after"], ones, own["before"], ones, cluster_by_label(own["nth"]),
        seed=SEED, replicates=DECIDING,
    )  # fmt: skip


def _compare_newly_joined(years: pd.DataFrame) -> Interval:
    """Estimate the yearly ratio of the number of groups that a person newly joins."""
    half = len(years) // 2
    early, late = years.iloc[:half], years.iloc[-half:]
    years_between = late["nth"].mean() - early["nth"].mean()
    interval = estimate_rate_ratio(
        late["new_groups"], late["wrote"], early["new_groups"], early["wrote"],
        cluster_by_label(np.arange(half)), seed=SEED,
    )  # fmt: skip
    return interval.scaled(1 / years_between, "log")
