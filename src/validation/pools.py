"""Simulate how often averages over several sources cover the truth, and decide.

``python -m validation.pools`` writes the table that is published.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from helpers import paths
from helpers.files import write_text
from helpers.synthesis.pooling import pool_effects
from helpers.synthesis.scales import Effect

TABLE = paths.PROCESSED / "calibration" / "pools.csv"
SOURCES = (3, 5, 10)
SPREADS = (0.0, 0.1, 0.3, 0.6, 1.2)  # the largest seen between sources is 1.1
ERRORS = (0.05, 0.5)  # of a source, on the scale; drawn evenly on its logarithm
REPLICATES = 2000
MEAN = 0.3
DISTANCES = (0.5, 1.0, 2.0)  # of the mean from a threshold, on the scale


def simulate_averages(
    k: int, tau: float, replicates: int, rng: np.random.Generator
) -> pd.Series[float]:
    """Simulate how often intervals of averages cover the truth, and decide a claim.

    Parameters
    ----------
    k, tau
        Sources, and their standard deviation on the scale.
    replicates
        How many averages are drawn.

    Returns
    -------
    pandas.Series
        ``pooled`` and ``prediction``: shares of draws in which the interval of the
        average, and that of another source, cover what they estimate. ``decided_d``:
        share in which the average's interval lies on the true side of a threshold
        at a distance d from the mean. At distance 0 that is wrong on either side: a
        share of 1 − ``pooled``.

    Examples
    --------
    >>> shares = simulate_averages(3, 0.6, 50, np.random.default_rng(1))
    >>> bool(shares[["pooled", "prediction"]].gt(0.8).all())
    True
    """
    return pd.DataFrame([_draw(k, tau, rng) for _ in range(replicates)]).mean()


def _draw(k: int, tau: float, rng: np.random.Generator) -> dict[str, bool]:
    """Simulate one meta-analysis: what its intervals cover, which claims it decides."""
    low, high = np.log(ERRORS).tolist()
    errors = np.exp(rng.uniform(low, high, size=k))
    values = MEAN + tau * rng.normal(size=k) + errors * rng.normal(size=k)
    pairs = zip(values.tolist(), errors.tolist(), strict=True)
    pool = pool_effects([Effect(*pair) for pair in pairs], "identity")
    new = MEAN + tau * float(rng.normal())
    return {
        "pooled": pool.mean.low <= MEAN <= pool.mean.high,
        "prediction": pool.prediction.low <= new <= pool.prediction.high,
    } | {f"decided_{d:g}": pool.mean.low > MEAN - d for d in DISTANCES}


def tabulate_averages(replicates: int = REPLICATES, seed: int = 1) -> pd.DataFrame:
    """Tabulate what averages cover and decide, by sources and heterogeneity."""
    return pd.DataFrame(_build_rows(replicates, seed))


def _build_rows(replicates: int, seed: int) -> Iterator[dict[str, float]]:
    for k, tau in product(SOURCES, SPREADS):
        rng = np.random.default_rng([seed, k, round(100 * tau)])
        shares = simulate_averages(k, tau, replicates, rng).round(4)
        yield {"k": k, "tau": tau, "replicates": replicates, **shares}


def read_averages() -> pd.DataFrame:
    """Read the published table of what averages cover and decide.

    >>> sorted(read_averages()["k"].unique().tolist())
    [3, 5, 10]
    """
    return pd.read_csv(TABLE)


if __name__ == "__main__":
    write_text(TABLE, tabulate_averages().to_csv(index=False, lineterminator="\n"))
    sys.stdout.write(read_averages().to_string(index=False) + "\n")
