"""Similarity of members within communities: intraclass correlation.

References
----------
Shrout and Fleiss (1979), Psychological Bulletin 86, 420–428: ICC(1,1); unequal sizes
by Donner (1986), International Statistical Review 54, 67–82.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.quantities.deaths import SEED
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic, cluster_by_label


def estimate_likeness(rows: pd.DataFrame) -> Interval:
    """Estimate the intraclass correlation of values among members of communities.

    Parameters
    ----------
    rows
        One row per community and value: ``group, value, people, total, squares``.
    """
    wide = {
        name: rows.pivot_table(index="group", columns="value", values=name)
        for name in ("people", "total", "squares")
    }
    people, total, squares = (table.to_numpy(float) for table in wide.values())
    clusters = cluster_by_label(pd.Series(wide["people"].index))

    def mean_icc(weights: Floats) -> Floats:
        icc = compute_icc(weights, people, total, squares)
        values: Floats = icc.mean(axis=1)
        return values

    interval = bootstrap_statistic(mean_icc, clusters, "identity", seed=SEED)
    return replace(interval, n=int(people[:, 0].sum()))


def compute_icc(
    weights: Floats, people: Floats, total: Floats, squares: Floats
) -> Floats:
    """Compute the intraclass correlation ICC(1,1) per bootstrap sample.

    Parameters
    ----------
    weights : shape (samples, communities)
    people, total, squares : shape (communities, values)
        Respondents, sum and sum of squares in each community.
    """
    k = weights.sum(axis=1, keepdims=True)
    n, s = weights @ people, weights @ total
    between = weights @ (total**2 / people) - s**2 / n
    within = weights @ (squares - total**2 / people)
    size = (n - weights @ people**2 / n) / (k - 1)
    msb, msw = between / (k - 1), within / (n - k)
    with np.errstate(divide="ignore", invalid="ignore"):
        icc: Floats = (msb - msw) / (msb + (size - 1) * msw)
    return icc
