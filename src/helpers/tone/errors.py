"""Draws of an instrument's errors, as measured on texts that people labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.arrays import Floats
from helpers.inference.misclassification import Rate
from helpers.sentiment.labels.quality import (
    ALL,
    DEVELOPERS,
    LENGTHS,
    find_errors,
)

TOGETHER = "developers"


@dataclass(frozen=True, eq=False)
class Errors:
    """Sensitivity and specificity of one reading: estimates first, then draws.

    Attributes
    ----------
    sensitivity, specificity : shape (1 + draws,)
    """

    sensitivity: Floats
    specificity: Floats

    @property
    def power(self) -> Floats:
        """Youden's J: how much of a difference of shares the instrument shows."""
        return np.asarray(self.sensitivity + self.specificity - 1)

    def correct(self, read: Floats) -> Floats:
        """Correct shares read by the instrument (Rogan and Gladen 1978).

        >>> perfect = Errors(np.ones(1), np.ones(1))
        >>> perfect.correct(np.array([0.25])).tolist()
        [0.25]
        """
        return np.clip((read + self.specificity - 1) / self.power, 0, 1)


def draw_errors(
    reading: str, lengths: Floats, rng: np.random.Generator, draws: int
) -> Errors:
    """Draw VADER's errors on messages of given lengths.

    Each draw takes one of the two labelled sets of developers' texts, and each rate
    from its Beta distribution (Jeffreys' prior).

    Parameters
    ----------
    reading
        ``negative`` or ``positive``.
    lengths : shape (3,)
        Scored messages by length, as `helpers.tone.rooms.LENGTHS`.
    """
    chosen = rng.integers(len(DEVELOPERS), size=draws)
    both = np.zeros((2, 1 + draws))
    classes = [name for name in LENGTHS["en"] if name != ALL]
    for name, weight in zip(classes, lengths / lengths.sum(), strict=True):
        sets = [find_errors("vader", reading, each, name) for each in DEVELOPERS]
        together = find_errors("vader", reading, TOGETHER, name)
        for which in (0, 1):
            drawn = np.stack([_draw(rates[which], rng, draws) for rates in sets])
            rate = drawn[chosen, np.arange(draws)]
            both[which] += weight * np.append(together[which].estimate, rate)
    return Errors(*both)


def _draw(rate: Rate, rng: np.random.Generator, draws: int) -> Floats:
    hits = rate.estimate * rate.n
    return rng.beta(hits + 0.5, rate.n - hits + 0.5, draws)
