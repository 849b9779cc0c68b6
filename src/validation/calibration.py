"""Calibration of the answers: how often their intervals and words are right.

Sources are simulated around a known mean, pooled as answers are, and compared with the
truth. ``python -m validation.calibration`` writes ``data/processed/calibration``.

- *prior*: the spread τ between places is drawn from the pool's own prior, so that the
  95 % intervals must cover the truth in 95 %.
- *fixed*: τ is 0, .3, .6 or 1; there and with one source biased by one unit, coverage
  and the errors of the words are what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import paths
from helpers.claims.pool import PRIOR, pool
from helpers.claims.pooling import choose_word
from helpers.files import write_text

DRAWS = 2000
SEED = 20261128
SOURCES = (1, 2, 3, 5, 10, 15)
SPREADS = (0.0, 0.3, 0.6, 1.0)
ERRORS = (0.1, 0.5)  # standard errors of sources lie between these
BIAS = 1.0
CLAIMED_AT = 1.0  # distance of the claimed number from the true mean
RIGHT = {"very likely", "probably"}
WRONG = {"very unlikely", "probably not"}


class World(NamedTuple):
    """A simulated set of sources: its name, how many, their spread and their bias."""

    name: str
    n_sources: int
    tau: float | None  # None: drawn from the prior
    biased: bool = False


def list_worlds() -> Iterator[World]:
    """Yield the simulated worlds."""
    for n_sources in SOURCES:
        yield World("prior", n_sources, None)
    for tau in SPREADS:
        for n_sources in SOURCES:
            yield World("fixed", n_sources, tau)
            if n_sources > 1:
                yield World("fixed, one source biased", n_sources, tau, biased=True)


def simulate_world(world: World, draws: int = DRAWS) -> dict[str, object]:
    """Simulate a world and return how often intervals cover and words are right.

    The claim is that the mean lies above a number one unit below (true) or above
    (false) the true mean, which is 0 on the scale of log ratios.
    """
    rng = np.random.default_rng([SEED, world.n_sources, round(10 * (world.tau or 9))])
    found = np.array([_simulate_one(world, rng) for _ in range(draws)])
    coverage, next_coverage, right, wrong = found.mean(axis=0)
    return {
        "world": world.name,
        "sources": world.n_sources,
        "tau": "from the prior" if world.tau is None else f"{world.tau:g}",
        "coverage": round(float(coverage), 4),
        "next_coverage": round(float(next_coverage), 4),
        "word_right": round(float(right), 4),
        "word_wrong": round(float(wrong), 4),
        "monte_carlo_error": round(float(np.sqrt(0.95 * 0.05 / draws)), 4),
        "draws": draws,
    }


def _simulate_one(world: World, rng: np.random.Generator) -> tuple[bool, ...]:
    """Return whether mean and next place are covered, and the words right or wrong."""
    scale = PRIOR["log"]
    tau = abs(rng.normal(0, scale)) if world.tau is None else world.tau
    errors = rng.uniform(*ERRORS, world.n_sources)
    places = rng.normal(0, tau, world.n_sources)
    estimates = rng.normal(places, errors)
    if world.biased:
        estimates[0] += BIAS
    following = rng.normal(0, tau)
    found = pool(np.exp(estimates), errors, "log")
    above = choose_word(found.probability_above(float(np.exp(-CLAIMED_AT))))
    below = choose_word(found.probability_above(float(np.exp(CLAIMED_AT))))
    return (
        np.log(found.low) <= 0 <= np.log(found.high),
        np.log(found.next_low) <= following <= np.log(found.next_high),
        above in RIGHT and below in WRONG,
        above in WRONG or below in RIGHT,
    )


def write_calibration(folder: Path | None = None) -> Path:
    """Simulate all worlds and write their table."""
    target = (folder or paths.PROCESSED / "calibration") / "answers.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame([simulate_world(world) for world in list_worlds()])
    write_text(target, table.to_csv(index=False, lineterminator="\n"))
    return target


if __name__ == "__main__":
    print(write_calibration())
