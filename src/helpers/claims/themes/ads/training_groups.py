"""Advertisements in training and customer groups, compared with other groups."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    estimate_arm_difference,
    require_both_sides,
)
from helpers.claims.quantities.codings import compare_kinds
from helpers.claims.quantities.message_labels import Labelled
from helpers.survival import Interval
from helpers.wording import say

SELLING = ("learning", "customers")
OTHERS = ("interest", "friends")


@estimates("s3-training-utilitarian")
def training_utilitarian(evidence: Evidence) -> Finding:
    """Estimate ad shares of training and customer groups minus that of other groups."""
    labelled = Labelled.of(evidence, "advertisement")
    side = compare_kinds(evidence, SELLING, OTHERS)
    sample = labelled.among(set(side.index))
    exposed = side.reindex(sample.groups.index)
    passed = gates.pass_gates(
        gates.require_labels(len(sample.labels), [labelled.f1]),
        require_both_sides(exposed),
        gates.require_clusters(sample.groups["network"], sample.groups["batch"]),
    )

    def estimate(to_day: float) -> Interval:
        phase = pd.DataFrame({"from_day": 0, "to_day": to_day}, sample.groups.index)
        return estimate_arm_difference(
            sample.share(phase), exposed.to_numpy(np.float64)
        )

    alternatives = {
        say("first {day} days", day=day): partial(estimate, day - 1.0)
        for day in (28, 90)
    }
    return Finding.estimated(
        partial(estimate, np.inf),
        "share of advertisements in training and customers' groups less that in"
        " interest and friends' groups, corrected by hand labels",
        passed, alternatives, qualifiers=("association",),
    )  # fmt: skip
