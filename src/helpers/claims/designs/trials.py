"""Recount of a trial in blocks: how far a ratio of means hangs on a few busy units.

Fisher (1935), The Design of Experiments, on permutation within blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.checks import check_columns, read_flags, read_numbers
from helpers.claims.designs.ratios import estimate_ratio_of_blocks
from helpers.survival.bootstrap import SEED
from helpers.survival.interval import Interval

PERMUTATIONS = 5000
BUSIEST = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Recount:
    """A count compared between the arms of a trial in five ways."""

    ratio: Interval  # of means, treated to control, blocks resampled
    p: float  # two-sided, of arms permuted within blocks
    any_treated: float  # share of units with a count above 0
    any_control: float
    log_treated: float  # mean of log(1 + count)
    log_control: float
    # ratio of means without that many of the busiest units: an illustration, since
    # they are chosen after the fact
    without: Mapping[int, float]


def recount_trial(
    rows: pd.DataFrame, outcome: str, *, permutations: int = PERMUTATIONS
) -> Recount:
    """Recount a trial that was randomised within blocks, by means that need no model.

    Parameters
    ----------
    rows
        One row per unit: ``block, treated`` and the outcome, such as table
        ``block_trial``.
    outcome
        A count per unit.
    permutations
        How many times the arms are dealt anew within each block.

    Examples
    --------
    >>> blocks = pd.Series(range(40)) // 2
    >>> rows = pd.DataFrame({"block": blocks, "treated": [True, False] * 20})
    >>> rows["n"] = [4, 2, 6, 3, 5, 1, 1, 4] * 5
    >>> found = recount_trial(rows, "n", permutations=199)
    >>> found.ratio.estimate, found.any_treated, found.p < 0.1
    (1.6, 1.0, True)
    """
    check_columns(rows, ["block", "treated", outcome])
    count = read_numbers(rows[outcome], f"column {outcome}")
    treated = read_flags(rows["treated"], "column treated")
    busiest = np.argsort(-count, kind="stable")
    means = {
        n: _average_arms(np.delete(count, busiest[:n]), np.delete(treated, busiest[:n]))
        for n in BUSIEST
        if n < len(count)
    }
    arms = {"treated": count[treated], "control": count[~treated]}
    return Recount(
        ratio=estimate_ratio_of_blocks(rows, outcome),
        p=_permute_within_blocks(count, treated, rows["block"], permutations),
        any_treated=float((arms["treated"] > 0).mean()),
        any_control=float((arms["control"] > 0).mean()),
        log_treated=float(np.log1p(arms["treated"]).mean()),
        log_control=float(np.log1p(arms["control"]).mean()),
        without={n: one / other for n, (one, other) in means.items()},
    )


def _average_arms(count: Floats, treated: Bools) -> tuple[float, float]:
    return float(count[treated].mean()), float(count[~treated].mean())


def _permute_within_blocks(
    count: Floats, treated: Bools, block: pd.Series[int], permutations: int
) -> float:
    """Return the share of dealings with a difference at least as large."""
    rng = np.random.default_rng(SEED)
    codes = pd.factorize(block)[0]
    inside = np.argsort(codes, kind="stable")
    arms = treated[inside]
    treated_mean, control_mean = _average_arms(count[inside], arms)
    difference = abs(treated_mean - control_mean)
    sorted_codes, as_large = codes[inside], 0
    for _ in range(permutations):
        dealt = np.lexsort((rng.random(len(arms)), sorted_codes))
        first, other = _average_arms(count[inside][dealt], arms)
        as_large += abs(first - other) >= difference
    return (1 + as_large) / (1 + permutations)
