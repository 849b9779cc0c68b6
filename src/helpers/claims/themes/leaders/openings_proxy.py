"""Who opens a group's topics: others than who wrote most at first, for staff."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import RC, Landmark, terciles
from helpers.claims.designs.hazards.landmark_codings import compared

LATE, LEAST_TOPICS, TEN_POINTS = 56, 3, 0.10
THREADS = {"topics": "topics", "topics of two people": "shared"}
SETS: Sets = {"of": THREADS, **RC}


@stands_in("s3-self-growth", needs=("groups", "births", "openings"))
def opened_by_others(evidence: Evidence) -> Finding:
    """Compare hazards per ten points of topics that others opened in days 14–55."""
    build = partial(_opened, evidence)
    one = build()
    asked = gates.passed(_outer_thirds(one))
    found = one.finding(
        "HR per +10 pp of topics of days 14–55 opened by others than who wrote most in"
        " days 0–13; 3 such topics or more",
        qualifiers=QUALIFIERS, sets=SETS, build=build,
    )  # fmt: skip
    return replace(found, gates=(*asked, *found.gates), attenuated=True)


def _opened(evidence: Evidence, of: str = "topics") -> Landmark:
    rows = evidence.table("openings").set_index("group")
    rows = rows[rows[of] >= LEAST_TOPICS]
    others = {"topics": "by_others", "shared": "shared_by_others"}[of]
    return compared(evidence, rows[others] / rows[of] / TEN_POINTS, LATE)


def _outer_thirds(one: Landmark) -> gates.Gate:
    """Ask for 30 groups at risk in the top and in the bottom third of the share."""
    third = terciles(one.at_risk(one.reading(one.evidence))["exposure"])
    top, bottom = int(np.sum(third == 1)), int(np.sum(third == 0))
    detail = f"{top} groups in the top third and {bottom} in the bottom, 30 needed"
    return gates.Gate("thirds", min(top, bottom) >= gates.LEAST_IN_ARM, detail)
