"""Weibull lifetimes, with known survival, and drawing from them under hazards."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats


def _array(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, np.float64)


@dataclass(frozen=True, slots=True)
class Weibull:
    """Weibull lifetimes.

    Examples
    --------
    >>> round(float(Weibull(0.589, 21.89).survival(7.0)), 2)
    0.6
    """

    shape: float
    scale: float

    def survival(self, age: npt.ArrayLike) -> Floats:
        """Return the share alive at an age."""
        return _array(np.exp(-((np.asarray(age, float) / self.scale) ** self.shape)))

    def age_at(self, alive: npt.ArrayLike) -> Floats:
        """Return the age at which so many are still alive."""
        hazard = -np.log(np.asarray(alive, float))
        return _array(self.scale * hazard ** (1 / self.shape))

    def failing(self, share: float, age: float) -> Weibull:
        """Return the same shape, stretched so that a share has ended by an age.

        >>> float(Weibull(0.8, 1.0).failing(0.9, 365.0).survival(365.0)).__round__(3)
        0.1
        """
        return Weibull(self.shape, age / (-math.log1p(-share)) ** (1 / self.shape))


def Exponential(mean: float) -> Weibull:  # noqa: N802 - a family too
    """Return exponential lifetimes: Weibull's of shape 1."""
    return Weibull(1.0, mean)


def draw_lifetimes(
    family: Weibull, log_hazard: Floats, rng: np.random.Generator
) -> Floats:
    """Return a lifetime for each log hazard ratio, shape (n,): S(t) = S₀(t)^exp(β).

    Examples
    --------
    >>> twice = np.full(40_000, np.log(2.0))
    >>> ages = draw_lifetimes(Exponential(100.0), twice, np.random.default_rng(1))
    >>> float(np.mean(ages)).__round__()
    50
    """
    uniform = 1 - rng.random(len(log_hazard))  # in (0, 1]
    return family.age_at(uniform ** np.exp(-log_hazard))
