"""Effect of earlier messages' tone on the next, by hand labels or automatic sentiment.

The instrument was not read against people: noise draws to no effect. What all talk
about on a day pushes both tones, and is what is left when the day is shuffled.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    Supplement,
    estimates,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_adjusted_difference,
    list_networks_and_batches,
)
from helpers.claims.quantities.deaths import SEED
from helpers.inference import compute_exact_interval
from helpers.survival import Interval
from helpers.survival.interval import Wald
from helpers.wording import say

LEAST_MESSAGES = 300
PERMUTATIONS = 500
WAY = say("10 before")


@stands_in("s0-mutual-influence", needs=("senders", "echoed"))
@estimates("s0-mutual-influence")
def mutual_influence(evidence: Evidence) -> Finding:
    """Estimate the slope of tone on the mean of ten earlier messages by other users.

    The second component is how often tones permuted in the same group do as well.
    """
    if not evidence.records("senders", "tone_before"):
        return _estimate_by_score(evidence)
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


def _estimate_by_score(evidence: Evidence) -> Finding:
    """Estimate the slope of sentiment on the mean of ten prior posts by other users."""
    sums = evidence.study.table("echoed")
    interval = _estimate_slope(sums, WAY)
    by_chance = sums[(sums["way"] == WAY) & (sums["deal"] > 0)]
    by = by_chance.groupby("deal")[["xy", "xx"]].sum()
    chance = by["xy"] / by["xx"]
    chance_share = compute_exact_interval(
        int((chance >= interval.estimate).sum()), len(chance)
    )
    passed = gates.pass_gates(
        gates.require_units(interval.clusters, "{n} bundles of people, {least} needed")
    )
    other_definitions = sorted(set(sums["way"]) - {WAY})
    return Finding(
        cases="messages",
        components=(interval, chance_share),
        definition=say(
            "standard deviations of a message's tone (VADER) per standard"
            " deviation of the mean tone of others' ten messages before it,"
            " within writer and group; then how often a day's messages in"
            " another order do as well"
        ),
        gates=passed,
        specifications=tuple(
            Specification.tried(
                specification,
                partial(_estimate_with, chance_share, sums, specification),
            )
            for specification in other_definitions
        ),
        beside=(
            Supplement(
                say("a day's messages in another order, mean"), _estimate_mean(chance)
            ),
        ),
        supported_with=(
            Supplement(
                "the slope net of the day's own",
                _estimate_slope(sums, WAY, chance.mean()),
            ),
        ),
        qualifiers=("proxy", "contagion-consistent", "association"),
        attenuated=True,
        instrument="vader",
        note=say(
            "{n} messages; net of shuffled days {estimate:.3f}; the"
            " instrument's error is not known here",
            n=interval.n,
            estimate=interval.estimate - chance.mean(),
        ),
    )


def _estimate_with(
    luck: Interval, sums: pd.DataFrame, specification: str
) -> tuple[Interval, Interval]:
    """Return the slope of tone under another specification, and the permutation p."""
    return _estimate_slope(sums, specification), luck


def _estimate_slope(
    sums: pd.DataFrame, specification: str, less: float = 0.0
) -> Interval:
    """Estimate the slope of tone on earlier tone, clustered by sets of authors."""
    rows = sums[(sums["way"] == specification) & (sums["deal"] == 0)]
    slope = rows["xy"].sum() / rows["xx"].sum()
    n_bundles = len(rows)
    scores = rows["xy"] - slope * rows["xx"]
    error = np.sqrt((scores**2).sum() * n_bundles / (n_bundles - 1)) / rows["xx"].sum()
    value = float(slope - less)
    return Interval.of(
        value, Wald(value, float(error), "identity", n_bundles - 1),
        method=f"least squares, {n_bundles} bundles of people, t({n_bundles - 1})",
        n=int(rows["messages"].sum()), clusters=n_bundles,
    )  # fmt: skip


def _estimate_mean(slopes: pd.Series[float]) -> Interval:
    """Return the mean slope of tone over random shuffles, with its standard error."""
    value, n_shuffles = float(slopes.mean()), len(slopes)
    return Interval.of(
        value, Wald(value, float(slopes.std()), "identity", n_shuffles - 1),
        method=f"spread of {n_shuffles} shuffles", n=n_shuffles, clusters=n_shuffles,
    )  # fmt: skip
