"""Indirect: early regulars and weekly content hours, from messages.

Where nobody's joining is dated, the first message stands for it: who came early and
said nothing yet is missed, which draws effects towards none. A rhythm is not a plan:
who plans may keep no set times, who keeps them may not plan.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract.finding import Finding, stratified
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import RC, Landmark
from helpers.claims.designs.hazards.landmark_codings import (
    compare_at_landmark,
    count_literal,
)
from helpers.claims.quantities.beginnings import FROM_FIRST_MESSAGES
from helpers.claims.quantities.content_counts import DEFINITIONS, summarise_supply
from helpers.claims.themes.leaders.seeds_and_plans import (
    SEED_SETS,
    SEEDS,
    WITHOUT,
    compare_seeded,
)

LANDMARK = 56
SETS: Sets = {
    **RC,
    "definition": DEFINITIONS,
    "kept": {
        "within a day and two hours": "scheduled",
        "same day, within an hour": "scheduled_narrow",
    },
}


@stratified("s0-seed-users-needed")
@stands_in("s0-seed-users-needed", needs=FROM_FIRST_MESSAGES)
def early_posters(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of groups with early regulars against none."""
    landmark = compare_seeded(evidence, _select_regulars, 14, SEEDS)
    finding = landmark.finding(
        "≥ 3 against 0 people other than the first poster who first wrote by day 7 and"
        " wrote on ≥ 3 days of days 0–13",
        qualifiers=QUALIFIERS,
        sets=SEED_SETS,
        build=partial(compare_seeded, evidence, _select_regulars),
    )
    beside = (*finding.beside, *count_literal(landmark, 0.0, alive=True, whose=WITHOUT))
    return replace(finding, beside=beside, attenuated=True)


def _select_regulars(evidence: Evidence, day: int) -> pd.DataFrame:
    names = ["messages", "posters", "seeds"]
    columns = [f"{name}_{day}" for name in names]
    return evidence.beginnings[columns].set_axis(names, axis=1)


def _build_landmark(
    evidence: Evidence, *, definition: str = "items", kept: str = "scheduled"
) -> Landmark:
    whole = pd.Index(evidence.from_birth["group"])
    times = summarise_supply(evidence, definition)[kept].astype("float64")
    return compare_at_landmark(evidence, 1 - times.reindex(whole).fillna(0.0), LANDMARK)


@stands_in("s0-no-plan-dies", needs=("groups", "births", "senders", "supply"))
def without_timetable(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of groups without weekly content hours."""
    return _build_landmark(evidence).finding(
        "no set time of messages of 60 words or links with a comment (3 of 4 weeks of"
        " days 7–55) against one",
        qualifiers=QUALIFIERS,
        sets=SETS,
        build=partial(_build_landmark, evidence),
    )
