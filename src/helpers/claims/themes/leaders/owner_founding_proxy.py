"""Indirect: closure of groups after the last founding lead left.

Where nobody counts what a group writes, its closing by the administration stands for
its death: it comes late, which draws to no effect.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import DONE
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_stretches,
    require_arms_of_groups,
)
from helpers.claims.quantities.spans import MONTH
from helpers.claims.themes.leaders.offices_proxy import LEADS
from helpers.inference import cluster_by_label
from helpers.records import DAY_US
from helpers.survival import Interval

CLEAN_UP = 5  # so many groups that lost somebody on one day are a clean-up


@stands_in(
    "s4-owner-indispensable",
    tuple(f"spells.role={role}" for role in LEADS),
    needs=("registry",),
    planned=True,
)
def founders_leave(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure after the last founder left."""
    data = _list_departures(evidence)
    passed = _check_gates(data)
    others = {
        "clean-ups too": partial(_estimate_ratio, evidence, crowd=10**6),
        "leads of the first 28 days": partial(_estimate_ratio, evidence, within=MONTH),
    }
    finding = Finding.estimated(
        partial(_estimate_ratio, evidence),
        "closed by the administration after the last founding lead left, against after"
        " one of several left, at like age",
        passed, others, qualifiers=QUALIFIERS, variant="chairs",
        note=f"{len(data)} departures of founding leads; closing comes later than"
        " silence",
    )  # fmt: skip
    return replace(finding, attenuated=True)


def _list_departures(
    evidence: Evidence, *, crowd: int = CLEAN_UP, within: int = 0
) -> pd.DataFrame:
    """List the departures of founding leads by group age.

    ``group, exposure, start, stop, ended``; a stretch lasts until the next departure.
    """
    held = evidence.table("spells")
    held = held[held["role"].isin(LEADS)]
    first = held.groupby("group")["from_day"].transform("min")
    early = held[held["from_day"] <= first + within]
    founders = held.merge(early[["group", "member"]].drop_duplicates())
    left = founders[founders["ending"].eq("left") & (founders["crowd"] < crowd)]
    days = left[["group", "to_day"]].drop_duplicates()
    pairs = days.merge(founders, on="group", suffixes=("", "_of"))
    stays = (pairs["from_day"] <= pairs["to_day"]) & (
        pairs["to_day_of"] > pairs["to_day"]
    )
    there = stays.groupby([pairs["group"], pairs["to_day"]]).sum()
    rows = there.rename("founders").reset_index()
    return _compute_follow_up(
        evidence, rows.assign(exposure=rows["founders"].eq(0).astype(float))
    )


def _compute_follow_up(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Return follow-up after each departure, in days of group age."""
    groups = evidence.groups.set_index("group")
    columns = ["network", "batch", "origin_us", "end_us", "closed_us", "closed_kind"]
    departures = rows.join(groups[columns], "group")
    start = departures["to_day"] - departures["origin_us"] / DAY_US
    end = (departures["end_us"] - departures["origin_us"]) / DAY_US
    later = start.groupby(departures["group"]).shift(-1)
    closed = departures["closed_us"].notna() & ~departures["closed_kind"].isin(DONE)
    spells = departures.assign(
        start=start, stop=np.fmin(later, end), ended=closed & later.isna()
    )
    return spells[spells["stop"] > spells["start"]].reset_index(drop=True)


def _check_gates(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    passed = gates.pass_gates(*require_arms_of_groups(data))
    return passed + gates.pass_gates(
        gates.require_clusters(data["network"], data["batch"])
    )


def _estimate_ratio(evidence: Evidence, **how: Any) -> Interval:  # noqa: ANN401 - of `_departures`
    data = _list_departures(evidence, **how)
    _check_gates(data)
    codes = cluster_by_label(data["group"]).codes
    return estimate_ratio_of_stretches(data, data[["exposure"]], codes)
