"""Indirect: operators' share of opened topics, work and edits.

Others than who wrote most at first stand for others than staff; work on a folder, for
an operator's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    define_by_closing,
    get_fact,
    read_facts,
)
from helpers.claims.designs.hazards.landmark import RC, Landmark, mark_terciles
from helpers.claims.designs.hazards.landmark_codings import compare_at_landmark

LATE, LEAST_TOPICS, TEN_POINTS = 56, 3, 0.10
THREADS = {"topics": "topics", "topics of two people": "shared"}
OPENINGS: Sets = {"of": THREADS, **RC}
LAGGED = 56.0  # effort of days 0–27 may answer to trouble: four weeks lie between
ALL, GOVERNING = "files_by_day_28", "governing_files_by_day_28"
SETS = {"of": {"all files": ALL, "governing files": GOVERNING}, **RC}
STREAM = "zulip_stream"


@stands_in("s3-self-growth", needs=("groups", "births", "openings"))
def opened_by_others(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio by share of topics members open."""
    build = partial(_compare_opened, evidence)
    landmark = build()
    passed = gates.pass_gates(_require_outer_thirds(landmark))
    finding = landmark.finding(
        "HR per +10 pp of topics of days 14–55 opened by others than who wrote most in"
        " days 0–13; 3 such topics or more",
        qualifiers=QUALIFIERS, sets=OPENINGS, build=build,
    )  # fmt: skip
    return replace(finding, gates=(*passed, *finding.gates), attenuated=True)


def _compare_opened(evidence: Evidence, of: str = "topics") -> Landmark:
    rows = evidence.table("openings").set_index("group")
    rows = rows[rows[of] >= LEAST_TOPICS]
    others = {"topics": "by_others", "shared": "shared_by_others"}[of]
    return compare_at_landmark(evidence, rows[others] / rows[of] / TEN_POINTS, LATE)


def _require_outer_thirds(landmark: Landmark) -> gates.Gate:
    """Check for 30 groups in the top and bottom third of a share."""
    third = mark_terciles(
        landmark.at_risk(landmark.reading(landmark.evidence))["exposure"]
    )
    top, bottom = int(np.sum(third == 1)), int(np.sum(third == 0))
    detail = f"{top} groups in the top third and {bottom} in the bottom"
    return gates.require_at_least(
        "thirds", min(top, bottom), gates.LEAST_IN_ARM, detail
    )


@stands_in("s2-needs-no-operation", needs=("registry", "facts"), planned=True)
def folder_work(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure by operators' early work."""
    passed = gates.pass_gates(_require_observed_operators(evidence))
    build = partial(_build_work_landmark, evidence)
    finding = build().finding(
        "HR per doubling of 1 + files of the group's folder that commits of days 0–27"
        " touched",
        qualifiers=QUALIFIERS, sets=SETS, build=build,
    )  # fmt: skip
    return replace(finding, gates=(*passed, *finding.gates), attenuated=True)


def _require_observed_operators(evidence: Evidence) -> gates.Gate:
    """Check that enough groups record their operators' work."""
    facts = evidence.table("facts")
    work_facts = facts[facts["fact"].isin([ALL, STREAM])]
    what = "groups whose operators' work is told"
    return gates.require_units(
        int(work_facts["group"].nunique()), what, gates.LEAST_GROUPS
    )


def _build_work_landmark(evidence: Evidence, of: str = ALL) -> Landmark:
    facts = read_facts(evidence)
    work = get_fact(facts, of).reindex(evidence.from_birth["group"])
    return Landmark(
        evidence=evidence,
        exposure=work.add(1).apply(np.log2),
        adjust=pd.DataFrame(index=work.index),
        day=LAGGED,
        reading=define_by_closing,
    )
