"""Simulate silent members who visit at a rate that is constant over time."""

from __future__ import annotations

import numpy as np

from helpers.study.publish.study import Study
from validation.controls.redrawn import Redrawn

PAST_ARRIVAL = 28.0  # days after joining
AT, SEEN = (84.0 + 168.0) / 2, 0.20  # share seen again at that follow-up
RATE = -np.log1p(-SEEN) / (AT - PAST_ARRIVAL)
LONGEST = 2.0  # times the first day of the last class of follow-up


def simulate_visits(study: Study, rng: np.random.Generator) -> Redrawn:
    """Simulate how many silent members visit again, by length of follow-up."""
    rows = study.table("seen_again")
    start = rows["followed_from"].astype("float64")
    later = {value: start[start > value].min() for value in start.unique()}
    stop = start.map(later).fillna(LONGEST * start)
    watched = ((start + stop) / 2 - PAST_ARRIVAL).clip(lower=0)
    chance = -np.expm1(-RATE * watched)
    seen = rng.binomial(rows["lurkers"].astype("int64"), chance)
    return Redrawn(study, {"seen_again": rows.assign(seen_28=seen)})
