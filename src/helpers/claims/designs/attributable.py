"""How many of the deaths an exposure accounts for, if nothing else confounds.

References
----------
Miettinen (1974), Am. J. Epidemiol. 99, 325–332: PAF = 1 − Σ (share of deaths / HR).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.designs.landmarks import fitted
from helpers.claims.readings import SEED
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, clusters_of
from helpers.survival.bootstrap import cluster_weights, with_estimate
from helpers.survival.interval import Replicates

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["attributable_fraction"]

SAMPLES = 200


def attributable_fraction(data: pd.DataFrame, levels: pd.DataFrame) -> Interval:
    """Return the share of deaths that the levels account for, against none of them.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    levels
        Columns of 0 and 1, at most one of them 1 in a row, in the rows of `data`.

    Raises
    ------
    NotIdentifiableError
        If the hazards are not determined in more than 5 % of the samples.
    """
    clusters = clusters_of(data["network"], data["batch"])
    rows = np.arange(len(data))
    values = [
        _fraction(data.iloc[drawn], levels.iloc[drawn])
        for block in cluster_weights(clusters, seed=SEED, replicates=SAMPLES)
        for drawn in (np.repeat(rows, weights.astype(int)) for weights in block)
    ]
    kept = with_estimate(np.array(values), clusters)
    estimate = _fraction(data, levels)
    if not np.isfinite(estimate):
        raise NotIdentifiableError("hazards are not determined", where="PAF")
    rule = Replicates(estimate, tuple(np.sort(kept).tolist()))
    return Interval.of(
        estimate, rule, method=f"{clusters.method}, percentiles of {len(kept)}",
        n=len(data), clusters=clusters.count,
    )  # fmt: skip


def _fraction(data: pd.DataFrame, levels: pd.DataFrame) -> float:
    try:
        fit = fitted(data.reset_index(drop=True), levels.reset_index(drop=True))
    except NotIdentifiableError:
        return float("nan")
    died = data["ended"].to_numpy(bool)
    shares = levels[died].mean()
    ratios = {each.name: each.ratio.estimate for each in fit.coefficients}
    gone = sum(shares[name] * (1 - 1 / ratio) for name, ratio in ratios.items())
    return float(gone)
