"""How far coders agree beyond chance: Krippendorff's α of nominal codes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.survival import Clusters, Interval
from helpers.survival.bootstrap import cluster_weights, with_estimate
from helpers.survival.interval import Replicates

PAIR = 2


def alpha(ratings: pd.DataFrame) -> float:
    """Return Krippendorff's α, nan where there is but one value.

    Parameters
    ----------
    ratings : shape (units, coders)
        Codes of any kind; missing where a coder gave none. Units with fewer than two
        codes say nothing.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    Examples
    --------
    >>> one, other = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> round(alpha(pd.DataFrame({"A": one, "B": other})), 3)  # his example A
    0.095
    """
    counts = _counts(ratings)
    return float(_alpha(counts, np.ones((1, len(counts))))[0])


def alpha_interval(ratings: pd.DataFrame, clusters: Clusters, *, seed: int) -> Interval:
    """Return α with percentiles of samples of whole clusters.

    Parameters
    ----------
    ratings : shape (units, coders)
    clusters
        Of the units.
    """
    counts = _counts(ratings)
    values = np.concatenate(
        [_alpha(counts, block) for block in cluster_weights(clusters, seed=seed)]
    )
    estimate = float(_alpha(counts, np.ones((1, len(counts))))[0])
    kept = with_estimate(values, clusters)
    rule = Replicates(estimate, tuple(np.sort(kept).tolist()))
    return Interval.of(
        estimate, rule, method=f"{clusters.method}, percentiles", n=len(counts),
        clusters=clusters.count,
    )  # fmt: skip


def _counts(ratings: pd.DataFrame) -> Floats:
    """Return how many coders gave each value, a row a unit; lone codes are 0."""
    codes, values = pd.factorize(ratings.to_numpy(object).ravel(), sort=True)
    counts = np.zeros((len(ratings), max(len(values), 1)))
    row = np.repeat(np.arange(len(ratings)), ratings.shape[1])
    np.add.at(counts, (row[codes >= 0], codes[codes >= 0]), 1)
    counts[counts.sum(axis=1) < PAIR] = 0
    return counts


def _alpha(counts: Floats, weights: Floats) -> Floats:
    many = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / np.maximum(many - 1, 1)
    total = weights @ many
    seen = total - weights @ same
    values = weights @ counts
    expected = (total**2 - (values**2).sum(axis=1)) / np.maximum(total - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = 1 - seen / expected
    return found
