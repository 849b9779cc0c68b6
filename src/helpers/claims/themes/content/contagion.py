"""Effect of earlier messages' tone on the next, from hand-labelled messages."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_adjusted_difference,
    list_networks_and_batches,
)
from helpers.claims.quantities.deaths import SEED
from helpers.inference import compute_exact_interval
from helpers.survival import Interval

LEAST_MESSAGES = 300
PERMUTATIONS = 500


@estimates("s0-mutual-influence")
def mutual_influence(evidence: Evidence) -> Finding:
    """Estimate the slope of tone on the mean of ten earlier messages by other users.

    The second component is how often tones permuted in the same group do as well.
    """
    rows = evidence.table("echoes").reset_index(drop=True)
    passed = gates.pass_gates(
        gates.require_units(rows["group"].nunique()),
        gates.require_units(
            len(rows),
            "{n} messages with the tone before them, {least} needed",
            LEAST_MESSAGES,
        ),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(rows: pd.DataFrame) -> tuple[Interval, Interval]:
        tone, before = _center_within(rows, "tone"), _center_within(rows, "before")
        clusters = choose_clusters_for(evidence, rows["group"])
        slope = estimate_adjusted_difference(tone, before.to_frame(), clusters)
        return slope, _compute_chance(rows, tone, before)

    is_frequent = rows.groupby(["group", "member"])["tone"].transform("size") >= 5  # noqa: PLR2004 - a handful
    return Finding.estimated(
        partial(estimate, rows),
        "standard deviations of a message's tone per standard deviation of the mean"
        " tone of others' ten messages before it, within writer and group",
        passed,
        {
            "writers of five messages": partial(
                estimate, rows[is_frequent].reset_index(drop=True)
            )
        },
        qualifiers=("association",),
    )


def _center_within(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """Standardise a column and subtract each author's mean in the group."""
    value = rows[column] / rows[column].std()
    return value - value.groupby([rows["group"], rows["member"]]).transform("mean")


def _compute_chance(
    rows: pd.DataFrame, tone: pd.Series[float], before: pd.Series[float]
) -> Interval:
    rng = np.random.default_rng(SEED)
    y, x = tone.to_numpy(np.float64), before.to_numpy(np.float64)
    members = list(rows.groupby("group").indices.values())
    far, larger = abs(float(y @ x)), 0
    for _ in range(PERMUTATIONS):
        shuffled = x.copy()
        for at in members:
            shuffled[at] = rng.permutation(x[at])
        larger += abs(float(y @ shuffled)) >= far
    return compute_exact_interval(larger, PERMUTATIONS)
