"""Whether membership in many groups predicts leaving."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.dyad_hazards import fit_counted_hazard_ratio
from helpers.claims.designs.rates.count_regression import compare_kinds
from helpers.claims.quantities.death_definitions import SEED
from helpers.claims.quantities.spans import CALENDAR_YEAR, MONTH
from helpers.inference import cluster_by_label
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic

LEAST_PEOPLE = 100
MONTHS_A_YEAR = CALENDAR_YEAR / MONTH
LEAST_YEARS = 2


def _require_enough(rows: pd.DataFrame) -> gates.Gate:
    people = People(rows["member"].nunique())
    return gates.require_units(people, "people with all their groups", LEAST_PEOPLE)


@estimates("s0-many-groups-exit")
def many_groups_exit(evidence: Evidence) -> Finding:
    """Estimate how leaving depends on a person's number of groups."""
    rows = evidence.study.table("portfolios")
    rows = rows[rows["groups"] > 0].reset_index(drop=True)
    passed = gates.pass_gates(_require_enough(rows))

    def estimate(rows: pd.DataFrame) -> tuple[Interval, Interval]:
        people = cluster_by_label(rows["member"])
        ratio = fit_counted_hazard_ratio(
            rows["left"], rows["groups"], np.log2(rows["groups"]), rows["month"], people
        )
        table = rows[["batched", "left"]].to_numpy(np.float64)

        def share(weights: Floats) -> Floats:
            batched, left = (weights @ table).T
            shares: Floats = batched / left
            return shares

        return ratio, bootstrap_statistic(share, people, "cloglog", seed=SEED)

    later = rows[rows["month"] > 0].reset_index(drop=True)
    few = rows[rows["groups"] <= rows["groups"].quantile(0.9)].reset_index(drop=True)
    return Finding.estimated(
        partial(estimate, rows),
        "HR of leaving a group in a month, per doubling of the groups a person is in;"
        " share of leaves on a day with two others or more",
        passed,
        {
            "without the first month": partial(estimate, later),
            "without the busiest tenth": partial(estimate, few),
        },
        qualifiers=("association",),
        cases="stretches",
    )


@estimates("s0-community-not-fading")
def not_fading(evidence: Evidence) -> Finding:
    """Estimate the yearly change in active groups per person."""
    rows = evidence.study.table("portfolios")
    years = float(rows["month"].max() + 1) / MONTHS_A_YEAR
    passed = gates.pass_gates(
        _require_enough(rows),
        gates.require_at_least("window", years, LEAST_YEARS, f"{years:.1f} years"),
    )

    def estimate(column: str, rows: pd.DataFrame) -> Interval:
        year = pd.DataFrame({"year": rows["month"] / MONTHS_A_YEAR})
        return compare_kinds(
            rows[column], year, cluster_by_label(rows["member"])
        ).ratio("year")

    steady = rows.groupby("member")["month"].transform("size") > MONTHS_A_YEAR
    always = rows[steady].reset_index(drop=True)
    return Finding.estimated(
        partial(estimate, "active", rows), "active groups a person, per year", passed,
        {"people watched for a year": partial(estimate, "active", always)},
        beside=(Beside("new groups a person", estimate("opened", rows)),),
        cases="quarters",
    )  # fmt: skip
