"""Indirect: growth in the number of groups, where splits are not recorded.

Groups were founded, and perhaps none of them split off: their pace may be as fast as
the article's, and never contradicts it.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.death_definitions import define_silent
from helpers.claims.quantities.registered import define_by_listing
from helpers.claims.themes.fission.fission import (
    FIRST,
    LEAST_BIRTHS,
    MONTH,
    estimate_growth,
    require_one_network,
)
from helpers.records import DAY_US
from helpers.survival import Interval


@stands_in("s0-fission-speed", needs=("births",), planned=True)
def founding_speed(evidence: Evidence) -> Finding:
    """Estimate the doubling time of a network's number of groups.

    Groups that were there at the first birth on record are there at the start.
    """
    passed = gates.pass_gates(require_one_network(evidence))
    passed += gates.pass_gates(_require_births(evidence))
    since = _compute_days_since(evidence)
    births = int(((since > 0) & (since <= FIRST)).sum())
    passed += gates.pass_gates(
        gates.require_units(births, "births in the first 14 months", LEAST_BIRTHS)
    )
    others = {
        f"first {m} months": partial(_estimate_doubling_time, evidence, m * MONTH)
        for m in (6, 24)
    }
    others["births only"] = partial(
        _estimate_doubling_time, evidence, FIRST, deaths=False
    )
    return Finding.estimated(
        partial(_estimate_doubling_time, evidence, FIRST),
        "days in which the living groups of the network double, first 14 months on"
        " record; founded, not split off",
        passed, others, qualifiers=("proxy", "portable form"), may="support",
        note=f"{births} births; administrators may have opened groups in batches",
    )  # fmt: skip


def _require_births(evidence: Evidence) -> gates.Gate:
    n_groups = len(evidence.from_birth)
    detail = f"{n_groups} groups watched from their origin"
    return gates.require_at_least("births on record", n_groups, LEAST_BIRTHS, detail)


def _compute_days_since(evidence: Evidence) -> pd.Series[float]:
    """Return days from the first founding to each group's founding."""
    first = evidence.from_birth["origin_us"].min()
    origin = evidence.groups.set_index("group")["origin_us"]
    since: pd.Series[float] = (origin - first) / DAY_US
    return since


def _estimate_doubling_time(
    evidence: Evidence, span: float, *, deaths: bool = True
) -> Interval:
    with_messages = "groups" in evidence.study.manifest.tables
    lives = (define_silent if with_messages else define_by_listing)(evidence).lives
    since = _compute_days_since(evidence)
    start = since.reindex(lives.group).to_numpy(np.float64)
    enter = np.maximum(start + lives.entry, 0.0)
    leave = np.minimum(start + lives.durations, span)
    days = float(np.clip(leave - enter, 0.0, None).sum())
    gone = start + lives.durations
    died = int((lives.ended & (gone > 0) & (gone <= span)).sum())
    born = int(((start > 0) & (start <= span)).sum())  # of groups that are followed
    return estimate_growth(born, died if deaths else 0, days)
