"""Lead of one predictor family over the next best in explained deviance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.arrays import Floats
from helpers.claims.designs.importance.dominance import enclose_estimate
from helpers.claims.designs.importance.shapley import NEAR, compute_shapley
from helpers.claims.quantities.deaths import SEED
from helpers.survival import Clusters, Interval
from helpers.survival.bootstrap import cluster_weights, keep_finite

SAMPLES, STEPS, CLOSE = 200, 50, 1e-8


def estimate_lead(
    y: Floats, families: Sequence[Floats], clusters: Clusters
) -> Interval:
    """Estimate the first family's Shapley share minus the largest other share.

    Parameters
    ----------
    y, families
        As `compute_lead` takes them.
    """
    draws = cluster_weights(clusters, seed=SEED, replicates=SAMPLES)
    values = [compute_lead(y, families, weight) for block in draws for weight in block]
    finite = keep_finite(np.array(values), clusters)
    return enclose_estimate(
        compute_lead(y, families, np.ones(len(y))), finite, clusters, n=len(y)
    )


def compute_lead(y: Floats, families: Sequence[Floats], weight: Floats) -> float:
    """Compute the first family's Shapley share minus the largest other share.

    Parameters
    ----------
    y : shape (n,)
        Counts; their means are exponential in the measures.
    families
        Measures of each, of shape (n, k).
    weight : shape (n,)

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(3, 500, 1))
    >>> y = np.exp(1 + 0.5 * x[0, :, 0])
    >>> round(compute_lead(y, list(x), np.ones(500)), 1)
    1.0
    """
    drawn = weight > 0
    y, weight = y[drawn], weight[drawn]
    measures = [family[drawn] for family in families]

    def gain(who: tuple[int, ...]) -> float:
        x = np.hstack([np.empty((len(y), 0)), *(measures[nth] for nth in who)])
        return _compute_explained(y, x, weight)

    shares = compute_shapley(gain, len(measures))
    total = shares.sum()
    return float((shares[0] - shares[1:].max()) / total) if total > 0 else np.nan


def _compute_explained(y: Floats, x: Floats, weight: Floats) -> float:
    """Return half the deviance that a Poisson regression explains."""
    design = np.column_stack([np.ones(len(y)), x - x.mean(axis=0)])
    mean = float((weight * y).sum() / weight.sum())
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(max(mean, CLOSE))
    for _ in range(STEPS):
        fitted = np.exp(np.clip(design @ beta, -30, 30))
        score = design.T @ (weight * (y - fitted))
        bread = (design.T * (weight * fitted)) @ design
        step = np.linalg.lstsq(bread, score)[0]
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, 2.0 / max(longest, CLOSE))
        if longest < NEAR:
            break
    eta = np.clip(design @ beta, -30, 30)
    null = np.log(max(mean, CLOSE))
    return float((weight * (y * (eta - null) - (np.exp(eta) - mean))).sum())
