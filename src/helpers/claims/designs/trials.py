"""Effects in randomised trials of matched pairs or of blocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.survival import Interval
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    bootstrap_statistic,
    cluster_by_label,
)
from helpers.survival.interval import Wald


def compute_paired_risk_ratio(
    both: int, control: int, treated: int, pairs: int
) -> Interval:
    """Compute the risk ratio (control to treated) of matched pairs.

    Parameters
    ----------
    both, control, treated
        Pairs in which both had the event, only the control, only the treated one.
    pairs
        All pairs.

    Raises
    ------
    GateError
        If no event occurred in one of the arms.

    References
    ----------
    Nam and Blackwelder (2002), Statistics in Medicine 21, 689–699.

    Examples
    --------
    >>> print(compute_paired_risk_ratio(60, 20, 10, 100))
    1.14 [0.99, 1.32]
    """
    first, second = both + control, both + treated
    gates.pass_gates(
        gates.require_units(
            min(first, second), "{n} events in the smaller arm, {least} needed", 1
        )
    )
    ratio = first / second
    error = ((control + treated) / (first * second)) ** 0.5
    return Interval.of(
        ratio,
        Wald(ratio, error, "log"),
        method="matched pairs",
        n=2 * pairs,
        clusters=pairs,
    )


def compute_risk_ratio(events: tuple[int, int], people: tuple[int, int]) -> Interval:
    """Compute the ratio of two independent risks (Katz interval).

    >>> print(compute_risk_ratio((80, 70), (100, 100)))
    1.14 [0.972, 1.34]
    """
    gates.pass_gates(
        gates.require_units(
            min(events), "{n} events in the smaller arm, {least} needed", 1
        )
    )
    (first, second), (one, other) = events, people
    ratio = (first / one) / (second / other)
    error = (1 / first - 1 / one + 1 / second - 1 / other) ** 0.5
    n = one + other
    return Interval.of(
        ratio, Wald(ratio, error, "log"), method="log scale", n=n, clusters=n
    )


def estimate_ratio_of_blocks(
    rows: pd.DataFrame,
    part: str,
    of: str = "",
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate a rate ratio of treatment to control, resampling blocks.

    Parameters
    ----------
    rows
        One row per unit: ``block, treated`` and the outcome.
    part
        The outcome that is summed in each arm.
    of
        What it is divided by; the number of units where empty.
    """
    base = rows[of] if of else pd.Series(1, rows.index)
    arm = rows["treated"].to_numpy(bool)
    sums = pd.DataFrame(
        {
            "treated": rows[part].where(arm, 0),
            "treated_of": base.where(arm, 0),
            "control": rows[part].where(~arm, 0),
            "control_of": base.where(~arm, 0),
        }
    )
    block_sums = sums.groupby(rows["block"]).sum()
    clusters = cluster_by_label(pd.Series(block_sums.index))

    def ratio(weights: Floats) -> Floats:
        treated, treated_of, control, control_of = (
            weights @ block_sums.to_numpy(float)
        ).T
        with np.errstate(divide="ignore", invalid="ignore"):
            values: Floats = (treated / treated_of) / (control / control_of)
        return values

    interval = bootstrap_statistic(
        ratio, clusters, "log", seed=seed, replicates=replicates
    )
    return replace(interval, n=len(rows))
