"""The largest Shapley share among families of predictors, bias-corrected.

The largest of several shares is too large, in samples by as much again; whole clusters
are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.arrays import Floats
from helpers.claims.designs.importance.dominance import enclose_estimate
from helpers.claims.designs.importance.shapley import Gain, compute_family_shares
from helpers.claims.quantities.deaths import SEED
from helpers.errors import NotIdentifiableError
from helpers.survival import Clusters, Interval
from helpers.survival.bootstrap import cluster_weights, keep_finite

SAMPLES = 100


def compute_largest_share(
    y: Floats, families: Sequence[Floats], clusters: Clusters, gain: Gain
) -> Interval:
    """Estimate the strongest predictor family's share of all explained log likelihood.

    Parameters
    ----------
    y : shape (n,)
        1 or 0.
    families
        Measures of each, of shape (n, k).
    gain
        What a model gains in log likelihood.

    Raises
    ------
    NotIdentifiableError
        If nothing is explained.
    """
    x = [standardise_measures(family) for family in families]
    draws = cluster_weights(clusters, seed=SEED, replicates=SAMPLES)
    values = [
        compute_family_shares(y, x, drawn, gain).max()
        for block in draws
        for drawn in block
    ]
    estimate = float(compute_family_shares(y, x, np.ones(len(y)), gain).max())
    if not np.isfinite(estimate):
        raise NotIdentifiableError("nothing is explained", where="factors")
    replicates = keep_finite(np.array(values), clusters)
    bias = float(replicates.mean()) - estimate
    return enclose_estimate(estimate - bias, replicates - 2 * bias, clusters, n=len(y))


def standardise_measures(x: Floats) -> Floats:
    """Standardise predictors to mean 0 and standard deviation 1."""
    standardised: Floats = (x - x.mean(axis=0)) / x.std(axis=0)
    return standardised
