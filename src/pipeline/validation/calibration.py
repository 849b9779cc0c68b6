"""Calibration of the answers: how often their intervals and words are right.

Sources are simulated around a known mean, pooled as answers are, and compared with the
truth. ``python -m pipeline.validation.calibration`` writes
``data/processed/calibration``.

- *prior*: the spread τ between places is drawn from the pool's own prior, so that the
  95 % intervals must cover the truth in 95 %.
- *fixed*: τ is 0, .3, .6 or 1; there and with one source biased by one unit, coverage
  and the errors of the words are what they are.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import paths
from helpers.claims.grading import (
    HIGH,
    MODERATE,
    PLACES_FOR_HIGH,
    choose_word,
    count_width_marks,
)
from helpers.claims.pool import PRIOR, Pool, pool
from helpers.claims.words import AGAINST, FOR
from helpers.files import write_csv

DRAWS = 600
SEED = 20261128
SOURCES = (1, 2, 3, 5, 6, 10, 15)
SPREADS = (0.0, 0.3, 0.6, 1.0)
ERRORS = (0.1, 0.5)  # standard errors of sources lie between these
BIAS = 1.0
FACTORS = {"": float(np.exp(1)), "_near": 1.25}  # from the true mean to the claim
SAID_FOR = {"very likely", "probably", FOR}
SAID_AGAINST = {"very unlikely", "probably not", AGAINST}


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


def simulate_world(world: World) -> dict[str, object]:
    """Simulate a world and return how often intervals cover and words are right.

    The claim is that the mean lies above a number some factor below (true) or above
    (false) the true mean, which is 0 on the scale of log ratios.
    """
    rng = np.random.default_rng([SEED, world.n_sources, round(10 * (world.tau or 9))])
    found = np.array([_simulate_one(world, rng) for _ in range(DRAWS)])
    means = np.round(found.mean(axis=0), 4).tolist()
    names = ["coverage", "next_coverage"]
    names += [f"word_{it}{at}" for at in FACTORS for it in ("right", "wrong", "loud")]
    return {
        "world": world.name,
        "sources": world.n_sources,
        "tau": "from the prior" if world.tau is None else f"{world.tau:g}",
        **dict(zip(names, means, strict=True)),
        "monte_carlo_error": round(float(np.sqrt(0.95 * 0.05 / DRAWS)), 4),
        "draws": DRAWS,
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
    level = _grade(found, world.n_sources)
    return (
        bool(np.log(found.low) <= 0 <= np.log(found.high)),
        bool(np.log(found.next_low) <= following <= np.log(found.next_high)),
        *(each for factor in FACTORS.values() for each in _judge(found, factor, level)),
    )


def _grade(found: Pool, n_sources: int) -> int:
    """Return the certainty that the answers would give to a ratio of such places."""
    most = HIGH if n_sources >= PLACES_FOR_HIGH else MODERATE
    marks = sum(count_width_marks(found, "ratio").values()) + (n_sources == 1)
    return max(min(HIGH - marks, most), 0)


def _judge(found: Pool, factor: float, level: int) -> tuple[bool, bool, bool]:
    """Return whether the words are right, wrong, and wrong in the strongest terms."""
    above = choose_word(found.probability_above(1 / factor), level)
    below = choose_word(found.probability_above(factor), level)
    return (
        above in SAID_FOR and below in SAID_AGAINST,
        above in SAID_AGAINST or below in SAID_FOR,
        above == "very unlikely" or below == "very likely",
    )


if __name__ == "__main__":
    target = paths.PROCESSED / "calibration" / "answers.csv"
    write_csv(target, pd.DataFrame([simulate_world(one) for one in list_worlds()]))
    print(target)
