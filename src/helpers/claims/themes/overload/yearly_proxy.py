"""Groups that people write in, year by year, where no row of a person is published."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import alternatives
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import DECIDING, SEED
from helpers.inference import clusters_by, rate_ratio
from helpers.small_counts import People
from helpers.survival import Interval

LEAST_PEOPLE, LEAST_YEARS, SEVERAL = 100, 2, 2


@stands_in("s0-community-not-fading", needs=("groups", "senders", "years_of_people"))
def groups_by_year(evidence: Evidence) -> Finding:
    """Estimate how many times as many groups a person writes in a year later.

    Of people who wrote in two calendar years running; classes of people are drawn.
    """
    rows = evidence.study.table("portfolios_by_year")
    years = rows[(rows["by"] == "year") & (rows["least"] == 1)]
    of = years[years["people"] > 0]
    many = People(int(of["people"].sum()))
    asked = gates.passed(
        gates.groups(len(evidence.groups), SEVERAL),
        gates.at_least(
            "people",
            many,
            LEAST_PEOPLE,
            f"{many} years of people after a year of theirs",
        ),
        gates.units(len(of), "years after another", LEAST_YEARS),
    )
    return Finding(
        cases="classes",
        legs=(_per_year(rows, 1),),
        definition="groups in which a person wrote in a calendar year, over those of"
        " the year before, people who wrote in both",
        gates=asked,
        specifications=alternatives(
            {
                f"{least} messages or more there": partial(_per_year, rows, least)
                for least in (5, 10)
            }
        ),
        beside=Beside.tried(
            "new groups for 1,000 people, per year", partial(_opened, years)
        ),
        qualifiers=QUALIFIERS,
        note=f"{many} years of people, {len(of)} in the calendar; years in which a"
        " person wrote nowhere are not counted, tenure and period not told apart",
    )


def _per_year(rows: pd.DataFrame, least: int) -> Interval:
    own = rows[(rows["by"] == "class") & (rows["least"] == least)]
    one = np.ones(len(own))
    return rate_ratio(
        own["after"], one, own["before"], one, clusters_by(own["nth"]),
        seed=SEED, replicates=DECIDING,
    )  # fmt: skip


def _opened(years: pd.DataFrame) -> Interval:
    """Return new groups a person of the later years over those of the earlier half."""
    half = len(years) // 2
    early, late = years.iloc[:half], years.iloc[-half:]
    apart = late["nth"].mean() - early["nth"].mean()
    found = rate_ratio(
        late["new_groups"], late["wrote"], early["new_groups"], early["wrote"],
        clusters_by(np.arange(half)), seed=SEED,
    )  # fmt: skip
    return found.scaled(1 / apart, "log")
