"""Advertisements in training and customers' groups, and in others."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.codings import between
from helpers.claims.definitions.message_labels import Labelled
from helpers.claims.designs.arms import (
    arm_difference,
    sizes,
)
from helpers.survival import Interval

SELLING = ("learning", "customers")
OTHERS = ("interest", "friends")


@estimates("s3-training-utilitarian")
def training_utilitarian(evidence: Evidence) -> Finding:
    """Compare shares of advertisements: training and customers' groups, and others."""
    labelled = Labelled.of(evidence, "advertisement")
    side = between(evidence, SELLING, OTHERS)
    here = labelled.among(set(side.index))
    exposed = side.reindex(here.groups.index)
    passed = gates.passed(
        gates.labels(len(here.labels), [labelled.f1]), sizes(exposed),
        gates.clustering(here.groups["network"], here.groups["batch"]),
    )  # fmt: skip

    def estimate(to_day: float) -> Interval:
        phase = pd.DataFrame({"from_day": 0, "to_day": to_day}, here.groups.index)
        return arm_difference(here.share(phase), exposed.to_numpy(np.float64))

    others = {f"first {day} days": partial(estimate, day - 1.0) for day in (28, 90)}
    return Finding.estimated(
        partial(estimate, np.inf),
        "share of advertisements in training and customers' groups less that in"
        " interest and friends' groups, corrected by hand labels",
        passed, others, qualifiers=("association",),
    )  # fmt: skip
