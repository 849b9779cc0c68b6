"""Indirect: silence of a mailing list after its last chair left.

Anybody's messages stand for the members', so that a last chair who wrote more of them
pushes up: SUPPORTED needs the groups that wrote after the departure to say so too.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_stretches,
    require_arms_of_groups,
)
from helpers.claims.quantities.spans import MONTH_OF_YEAR
from helpers.inference import cluster_by_label
from helpers.records import DAY_US
from helpers.survival import Interval

SINCE, LANDMARK = 2, 4  # months after that of the departure


@stands_in("s4-owner-indispensable", ("silent_months",), planned=True)
def last_chair_leaves(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of silence after the last chair left."""
    data = _list_departures(evidence)
    passed = _check_gates(data)
    others = {
        f"{run} silent month{'s' * (run > 1)}": partial(_estimate_ratio, evidence, run)
        for run in (1, 3)
    }
    late = Beside.tried(
        "wrote in the three months after",
        partial(_estimate_ratio, evidence, 2, LANDMARK),
    )
    return Finding.estimated(
        partial(_estimate_ratio, evidence),
        "first two silent months in a row after the last chair left, against after one"
        " of several left, from the month after next; log age and log messages of the"
        " three months before adjusted",
        passed, others, qualifiers=QUALIFIERS, variant="chairs",
        supported_with=late, may="both" if late else "contradict",
        note=f"{int(data['exposure'].sum())} of {len(data)} departures left no chair;"
        " anybody's messages count, by the month",
    )  # fmt: skip


def _list_departures(
    evidence: Evidence, run: int = 2, since: int = SINCE
) -> pd.DataFrame:
    """List departures of chairs, with follow-up in months."""
    rows = evidence.table("silent_months")
    rows = rows[(rows["silent"] == run) & (rows["since"] == since)]
    groups = evidence.groups.set_index("group")
    age = (rows["time_us"] - rows["group"].map(groups["origin_us"])) / DAY_US
    bare = rows["time_us"].where(rows["others"] == 0)
    later = bare[::-1].groupby(rows["group"][::-1]).transform("cummin")[::-1]
    later = later.groupby(rows["group"]).bfill()
    until = (later - rows["time_us"]) / DAY_US / MONTH_OF_YEAR
    cut = (rows["others"] > 0) & (until < rows["months"])
    data = rows.assign(
        exposure=rows["others"].eq(0).astype("float64"),
        age=np.log1p(age.clip(lower=0)),
        log_messages=np.log(rows["before"].clip(lower=1).astype("float64")),
        start=since - 1.0,
        stop=rows["months"].astype("float64").mask(cut, until),
        ended=rows["ended"] & ~cut,
    )
    seen = data["ended"] | (data["stop"] > since)
    wrote = (rows["before"] > 0) & ((since < LANDMARK) | (rows["between"] > 0))
    return data[seen & wrote & (data["stop"] > data["start"])].reset_index(drop=True)


def _check_gates(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    ends = data.groupby(["group", "exposure"])["ended"].any().sum()
    passed = gates.pass_gates(*require_arms_of_groups(data))
    return passed + gates.pass_gates(gates.require_events_per_coefficient(int(ends), 3))


def _estimate_ratio(evidence: Evidence, run: int = 2, since: int = SINCE) -> Interval:
    data = _list_departures(evidence, run, since)
    _check_gates(data)
    codes = cluster_by_label(data["group"]).codes
    return estimate_ratio_of_stretches(
        data, data[["exposure", "age", "log_messages"]], codes
    )
