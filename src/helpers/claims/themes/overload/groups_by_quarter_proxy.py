"""Groups that people write in, quarter by quarter, of one network.

Where no roster is known, a person is in the groups in which they wrote. Of one
network, and of people who still write: tenure and period are not told apart.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import alternatives
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.spans import local_day
from helpers.claims.designs.permutation import Permutations
from helpers.claims.designs.rates.count_regression import within
from helpers.inference import clusters_by
from helpers.small_counts import People
from helpers.survival import Interval

LEAST_PEOPLE, LEAST_QUARTERS, QUARTERS = 100, 4, 4


@stands_in("s0-community-not-fading", needs=("groups", "senders", "member_days"))
def groups_by_quarter(evidence: Evidence) -> Finding:
    """Estimate how many times as many groups a person writes in a year later."""
    rows = _quarters(evidence, 1)
    asked, found = _gated(rows), _per_year(rows)
    many = People(rows["member"].nunique())
    return Finding(
        cases="quarters",
        legs=(found,),
        definition="groups in which a person wrote in a quarter, per year later, within"
        " persons",
        gates=asked,
        specifications=alternatives(
            {
                f"{least} messages or more there": partial(_way, evidence, least)
                for least in (5, 10)
            }
        ),
        permuted=Permutations.of(found, rows, _per_year, "quarter", ("member",)),
        qualifiers=QUALIFIERS,
        note=f"{len(rows)} quarters of {many} people, of"
        f" {rows['quarter'].nunique()} in the calendar; one network, and quarters in"
        " which a person wrote nowhere are not counted",
    )


def _quarters(evidence: Evidence, least: int) -> pd.DataFrame:
    """Return ``member, quarter, groups``, quarters wholly on record."""
    said = evidence.table("member_days")
    day = pd.to_datetime(said["day"], unit="D")
    rows = said.assign(quarter=day.dt.to_period("Q").astype("int64"))
    days = local_day(evidence, evidence.groups[["origin_us", "end_us"]].min())
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
    return rooms


def _gated(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    again = rows[rows["member"].duplicated(keep=False)]
    people = People(again["member"].nunique())
    quarters = rows["quarter"].nunique()
    return gates.passed(
        gates.units(people, "people with two quarters and more", LEAST_PEOPLE),
        gates.at_least(
            "quarters", quarters, LEAST_QUARTERS, f"{quarters} whole quarters"
        ),
    )


def _per_year(rows: pd.DataFrame) -> Interval:
    year = pd.DataFrame({"year": rows["quarter"] / QUARTERS})
    people = clusters_by(rows["member"])
    return within(rows["groups"], year, rows["member"], people).ratio("year")


def _way(evidence: Evidence, least: int) -> Interval:
    rows = _quarters(evidence, least)
    _gated(rows)
    return _per_year(rows)
