"""Simulate the coverage of pooled and prediction intervals.

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


def simulate_coverage(
    k: int, tau: float, replicates: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Simulate how often pooled and prediction intervals cover the truth.

    Parameters
    ----------
    k, tau
        Sources, and their standard deviation on the scale.
    replicates
        How many pools are drawn.

    Examples
    --------
    >>> mean, new = simulate_coverage(3, 0.6, 50, np.random.default_rng(1))
    >>> mean > 0.8, new > 0.8
    (True, True)
    """
    held = np.array([_holds(k, tau, rng) for _ in range(replicates)])
    mean, new = held.mean(axis=0)
    return float(mean), float(new)


def _holds(k: int, tau: float, rng: np.random.Generator) -> tuple[bool, bool]:
    """Simulate one meta-analysis; return which of its intervals cover the truth."""
    low, high = np.log(ERRORS).tolist()
    errors = np.exp(rng.uniform(low, high, size=k))
    values = MEAN + tau * rng.normal(size=k) + errors * rng.normal(size=k)
    pairs = zip(values.tolist(), errors.tolist(), strict=True)
    pool = pool_effects([Effect(*pair) for pair in pairs], "identity")
    new = MEAN + tau * float(rng.normal())
    return (
        pool.mean.low <= MEAN <= pool.mean.high,
        pool.prediction.low <= new <= pool.prediction.high,
    )


def coverage_table(replicates: int = REPLICATES, seed: int = 1) -> pd.DataFrame:
    """Tabulate how often intervals cover the truth, by sources and heterogeneity."""
    return pd.DataFrame(_build_rows(replicates, seed))


def _build_rows(replicates: int, seed: int) -> Iterator[dict[str, float]]:
    for k, tau in product(SOURCES, SPREADS):
        rng = np.random.default_rng([seed, k, round(100 * tau)])
        mean, new = simulate_coverage(k, tau, replicates, rng)
        yield {
            "k": k,
            "tau": tau,
            "replicates": replicates,
            "pooled": round(mean, 4),
            "prediction": round(new, 4),
        }


def read_coverage() -> pd.DataFrame:
    """Read the published table of interval coverage.

    >>> sorted(read_coverage()["k"].unique().tolist())
    [3, 5, 10]
    """
    return pd.read_csv(TABLE)


if __name__ == "__main__":
    write_text(TABLE, coverage_table().to_csv(index=False, lineterminator="\n"))
    sys.stdout.write(read_coverage().to_string(index=False) + "\n")
