"""Groups without a plan, told by set times of what is long or a link with a comment.

A rhythm is not a plan: who plans may keep no set times, who keeps them may not plan.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.content_counts import DEFINITIONS, supply
from helpers.claims.designs.hazards.landmark import RC, Landmark
from helpers.claims.designs.hazards.landmark_codings import compared

LANDMARK = 56
SETS: Sets = {
    **RC,
    "definition": DEFINITIONS,
    "kept": {
        "within a day and two hours": "scheduled",
        "same day, within an hour": "scheduled_narrow",
    },
}


def _landmark(
    evidence: Evidence, *, definition: str = "items", kept: str = "scheduled"
) -> Landmark:
    whole = pd.Index(evidence.from_birth["group"])
    times = supply(evidence, definition)[kept].astype("float64")
    return compared(evidence, 1 - times.reindex(whole).fillna(0.0), LANDMARK)


@stands_in("s0-no-plan-dies", needs=("groups", "births", "senders", "supply"))
def without_timetable(evidence: Evidence) -> Finding:
    """Compare groups without set times of content in days 7–55 with those that had."""
    return _landmark(evidence).finding(
        "no set time of messages of 60 words or links with a comment (3 of 4 weeks of"
        " days 7–55) against one",
        qualifiers=QUALIFIERS,
        sets=SETS,
        build=partial(_landmark, evidence),
    )
