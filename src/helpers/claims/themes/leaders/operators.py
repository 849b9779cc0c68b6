"""What operators do and what members start: threads and maintenance work.

Others than who wrote most at first may stand for others than staff; work on a folder,
for an operator's acts.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    define_by_closing,
    get_fact,
    read_facts,
)
from helpers.claims.designs.hazards.landmark import RC, Landmark, mark_terciles
from helpers.claims.designs.hazards.landmark_codings import compare_at_landmark
from helpers.claims.quantities.codings import measure_coded
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import MONTH
from helpers.wording import say

LATE, LEAST_TOPICS, TEN_POINTS = 56, 3, 0.10
BY_OTHERS = {"topics": "by_others", "shared": "shared_by_others"}
LAGGED = 56.0  # effort of days 0–27 may answer to trouble: four weeks lie between
ALL, GOVERNING = "files_by_day_28", "governing_files_by_day_28"
STREAM = "zulip_stream"


@estimates("s3-self-growth")
@stands_in("s3-self-growth", needs=("groups", "births", "openings"))
def self_growth(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio per +10 points of threads opened by members."""
    return _compare_at_risk(_opened_by_others(evidence))


@estimates("s2-needs-no-operation")
@stands_in("s2-needs-no-operation", needs=("registry", "facts"), planned=True)
def no_operation(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio per doubling of administrators' actions."""
    return _compare_at_risk(_work_of_operators(evidence))


def _compare_at_risk(exposed: Quantity[Landmark]) -> Finding:
    """Estimate the death hazard ratio after checking the claim's data requirements."""
    passed = gates.pass_gates(*exposed.gate())
    finding = exposed.rows(**exposed.chosen).finding(
        exposed.definition,
        qualifiers=exposed.qualifiers,
        sets=exposed.sets or None,
        build=exposed.rows,
    )
    return replace(finding, gates=(*passed, *finding.gates), **exposed.standing)


def _opened_by_others(evidence: Evidence) -> Quantity[Landmark]:
    """Define the death hazard model per +10 points of threads opened by members."""
    if evidence.records("staff_threads"):
        share = measure_coded(evidence, "threads_by_others", LATE)
        return Quantity(
            rows=lambda: compare_at_landmark(evidence, share / TEN_POINTS, LATE),
            definition=say("HR per +10 pp of threads opened by others, days 14–55"),
        )
    return Quantity(
        rows=partial(_compare_by_threads, evidence),
        definition=say(
            "HR per +10 pp of topics of days 14–55 opened by others than who"
            " wrote most in days 0–13; 3 such topics or more"
        ),
        sets={"of": {"topics": "topics", say("topics of two people"): "shared"}, **RC},
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
        gate=lambda: (_require_outer_thirds(_compare_by_threads(evidence, "topics")),),
    )


def _compare_by_threads(evidence: Evidence, of: str) -> Landmark:
    rows = evidence.table("openings").set_index("group")
    rows = rows[rows[of] >= LEAST_TOPICS]
    return compare_at_landmark(
        evidence, rows[BY_OTHERS[of]] / rows[of] / TEN_POINTS, LATE
    )


def _require_outer_thirds(landmark: Landmark) -> gates.Gate:
    """Check for 30 groups each in the top and the bottom third of a share."""
    third = mark_terciles(
        landmark.at_risk(landmark.reading(landmark.evidence))["exposure"]
    )
    top, bottom = int(np.sum(third == 1)), int(np.sum(third == 0))
    least = min(top, bottom)
    return gates.require_at_least(
        "thirds",
        least,
        gates.LEAST_IN_ARM,
        "{top} groups in the top third and {bottom} in the bottom, {least} needed",
        top=top,
        bottom=bottom,
    )


def _work_of_operators(evidence: Evidence) -> Quantity[Landmark]:
    """Define the death hazard model per doubling of operators' acts, days 0–27."""
    if evidence.records("groups", "births", "operator_effort"):
        effort = measure_coded(evidence, "operator_effort", MONTH)
        return Quantity(
            rows=lambda: compare_at_landmark(
                evidence, (1 + effort).apply(np.log2), MONTH
            ),
            definition=say("HR per doubling of administrators' acts in days 0–27"),
        )
    return Quantity(
        rows=partial(_compare_worked, evidence),
        definition=say(
            "HR per doubling of 1 + files of the group's folder that commits of"
            " days 0–27 touched"
        ),
        sets={"of": {"all files": ALL, say("governing files"): GOVERNING}, **RC},
        qualifiers=QUALIFIERS,
        standing={"attenuated": True},
        gate=lambda: (_require_observed_operators(evidence),),
    )


def _require_observed_operators(evidence: Evidence) -> gates.Gate:
    """Check that enough groups record the work of their operators."""
    facts = evidence.table("facts")
    work_facts = facts[facts["fact"].isin([ALL, STREAM])]
    return gates.require_units(
        int(work_facts["group"].nunique()),
        "{n} groups whose operators' work is told, {least} needed",
        gates.LEAST_GROUPS,
    )


def _compare_worked(evidence: Evidence, of: str) -> Landmark:
    work = get_fact(read_facts(evidence), of).reindex(evidence.from_birth["group"])
    return Landmark(
        evidence=evidence,
        exposure=work.add(1).apply(np.log2),
        adjust=pd.DataFrame(index=work.index),
        day=LAGGED,
        reading=define_by_closing,
    )
