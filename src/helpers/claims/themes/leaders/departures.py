"""Groups after their last lead left, compared with after one of several left."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.contract.permutation import Permutations, build_permutation
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.sparse_arms import (
    estimate_relative_rate,
    has_sparse_arm,
)
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_stretches,
    require_arms_of_groups,
)
from helpers.claims.quantities.departures import (
    LEADS,
    chairs_leaving_of,
    founders_leaving_of,
    leads_leaving_of,
    list_late_silences,
)
from helpers.inference import cluster_by_label
from helpers.survival import Interval
from helpers.survival.hazards.discrete import fit_discrete_hazard

ADJUSTED = ("exposure", "age", "log_messages", "log_before")


@stands_in(
    "s4-owner-indispensable",
    tuple(f"spells.role={role}" for role in LEADS),
    needs=("registry",),
    planned=True,
)
@stands_in("s4-owner-indispensable", tuple(f"departures.role={role}" for role in LEADS))
@stands_in("s4-owner-indispensable", ("silent_months",), planned=True)
def last_lead_leaves(evidence: Evidence) -> Finding:
    """Estimate the silence hazard ratio: last lead left versus one of several left.

    Silence counts messages of whoever is there: where the last chair may have written
    most of them, groups that wrote after the departure have to say so too.
    """
    by_month = evidence.records("silent_months")
    if by_month:
        quantity = chairs_leaving_of(evidence)
    elif any(evidence.records(f"departures.role={role}") for role in LEADS):
        quantity = leads_leaving_of(evidence)
    else:
        quantity = founders_leaving_of(evidence)

    def check(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
        passed = gates.pass_gates(*require_arms_of_groups(data))
        return passed + gates.pass_gates(*quantity.gate(data))

    def estimate(data: pd.DataFrame) -> Interval:
        check(data)
        return _estimate_ratio(data)

    data = quantity.rows(**quantity.chosen)
    passed, ratio = check(data), _estimate_ratio(data)
    permute = build_permutation(_estimate_ratio, within=("network",))
    null = None if "stop" in data else Permutations(ratio, partial(permute, data))
    late: tuple[Supplement, ...] = ()
    if by_month:
        definition = "wrote in the three months after"
        late = Supplement.tried(
            definition, lambda: estimate(list_late_silences(evidence))
        )
    return Finding(
        components=(ratio,),
        definition=quantity.definition,
        gates=passed,
        specifications=quantity.vary(estimate),
        permuted=null,
        qualifiers=quantity.qualifiers,
        variant="chairs",
        supported_with=late,
        may="contradict" if by_month and not late else "both",
        note=quantity.note,
        **quantity.standing,
    )


def _estimate_ratio(data: pd.DataFrame) -> Interval:
    """Estimate the hazard or risk ratio of a group's end, last lead left versus not."""
    exposures = data[[name for name in ADJUSTED if name in data]]
    codes = cluster_by_label(data["group"]).codes
    if "stop" in data:
        return estimate_ratio_of_stretches(data, exposures, codes)
    exposure_time = np.ones(len(data))
    if has_sparse_arm(data["exposure"], data["ended"]):
        return estimate_relative_rate(data["ended"], exposure_time, exposures, codes)
    fit = fit_discrete_hazard(
        data["ended"], exposures, 0 * exposure_time, cluster=codes
    )
    return fit["exposure"].ratio
