"""Low activity and death of groups, by replies their founder received elsewhere.

Standing inside the platform stands for a big name: the founder had received more
replies elsewhere in the half year before than nine in ten of those who wrote there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Components, Finding
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import require_both_sides
from helpers.claims.designs.hazards.landmark_codings import compare_at_landmark
from helpers.claims.quantities.activity import POSTERS, REPLY_RATIO
from helpers.claims.quantities.founders import EXPLICIT, measure_standing
from helpers.claims.quantities.spans import MONTH
from helpers.claims.themes.leaders.owners import estimate_adrift, select_adrift_groups
from helpers.wording import say

TWENTIETH = 0.05
QUALIFIERS = ("proxy", "association", "standing inside the platform")


@stands_in("s0-bigname-groups-adrift", needs=("founders",), planned=True)
def adrift_by_standing(evidence: Evidence) -> Finding:
    """Estimate shares barely active: prominent founders' groups minus other groups."""

    def build(
        replies: str = "either",
        top: float = 0.10,
        posters: int = POSTERS,
        ratio: float = REPLY_RATIO,
    ) -> pd.DataFrame:
        standing = measure_standing(evidence, replies, top)
        return select_adrift_groups(evidence, standing, posters, ratio)

    rows = build()
    passed = gates.pass_gates(
        require_both_sides(rows["bigname"]),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    difference = estimate_adrift(evidence, rows)
    alternatives = {
        say("explicit replies only"): partial(build, replies=EXPLICIT),
        say("top twentieth"): partial(build, top=TWENTIETH),
        say("3 posters suffice"): partial(build, posters=3),
        say("reply ratio 0.15"): partial(build, ratio=0.15),
    }

    def estimate(read_rows: Callable[[], pd.DataFrame]) -> Components:
        return estimate_adrift(evidence, read_rows())

    return Finding.estimated(
        lambda: difference,
        say(
            "share adrift at 180 d, founders of standing less others; then"
            " their share of"
            " the groups adrift"
        ),
        passed,
        {
            name: partial(estimate, read_rows)
            for name, read_rows in alternatives.items()
        },
        permuted=Permutations.of(
            difference[0],
            rows,
            lambda permuted: estimate_adrift(evidence, permuted)[0],
            "bigname",
            ("network",),
            ratio=False,
        ),
        qualifiers=QUALIFIERS,
        variant="standing",
    )


@stands_in("s3-opinion-leader-needed", needs=("founders",), planned=True)
def hazard_by_standing(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio of prominent founders' groups to other groups."""
    landmark = compare_at_landmark(evidence, measure_standing(evidence), MONTH)
    other_measures = {
        say("explicit replies only"): measure_standing(evidence, EXPLICIT),
        say("top twentieth"): measure_standing(evidence, top=TWENTIETH),
    }
    finding = landmark.finding(
        say("founders of standing in their network against others; all types of group"),
        {
            name: replace(landmark, exposure=exposure)
            for name, exposure in other_measures.items()
        },
        QUALIFIERS,
    )
    return replace(finding, variant="standing")
