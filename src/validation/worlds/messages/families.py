"""Lifetime distributions with exact survival functions, and sampling.

`QIU` are four families through the two quantiles that a study of WeChat groups
published: 40 % silent by day 7, 30 % alive after day 30. They agree there and differ
at a year, so that no verdict can rest on one shape.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from helpers.arrays import Floats

STEPS = 60  # halvings of an interval: far below a second


def _to_array(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, np.float64)


class Family(Protocol):
    """Interface of a lifetime distribution, in days."""

    def survival(self, age: npt.ArrayLike) -> Floats:
        """Return the survival probability at an age."""

    def age_at(self, alive: npt.ArrayLike) -> Floats:
        """Return the age at which a given share is still alive, possibly infinite."""


@dataclass(frozen=True, slots=True)
class Weibull:
    """Weibull distribution of lifetimes.

    Examples
    --------
    >>> round(float(Weibull(0.589, 21.89).survival(7.0)), 2)
    0.6
    """

    shape: float
    scale: float

    def survival(self, age: npt.ArrayLike) -> Floats:
        """Return the survival probability at an age."""
        return _to_array(np.exp(-((np.asarray(age, float) / self.scale) ** self.shape)))

    def age_at(self, alive: npt.ArrayLike) -> Floats:
        """Return the age at which a given share is still alive."""
        hazard = -np.log(np.asarray(alive, float))
        return _to_array(self.scale * hazard ** (1 / self.shape))

    def failing(self, share: float, age: float) -> Weibull:
        """Return a Weibull distribution with a given share ended by an age.

        >>> float(Weibull(0.8, 1.0).failing(0.9, 365.0).survival(365.0)).__round__(3)
        0.1
        """
        return Weibull(self.shape, age / (-math.log1p(-share)) ** (1 / self.shape))


def Exponential(mean: float) -> Weibull:  # noqa: N802 - a family like the others
    """Return the exponential distribution: Weibull with shape 1."""
    return Weibull(1.0, mean)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Lognormal distribution: mean and deviation of the logarithm."""

    mu: float
    sigma: float

    def survival(self, age: npt.ArrayLike) -> Floats:
        """Return the survival probability at an age."""
        with np.errstate(divide="ignore"):
            logs = np.log(np.asarray(age, float))
        return _to_array(special.ndtr(-(logs - self.mu) / self.sigma))

    def age_at(self, alive: npt.ArrayLike) -> Floats:
        """Return the age at which a given share is still alive."""
        deviate = special.ndtri(1 - np.asarray(alive, float))
        return _to_array(np.exp(self.mu + self.sigma * deviate))


@dataclass(frozen=True, slots=True)
class TwoExponentials:
    """Mixture of two exponential distributions: short and long lifetimes."""

    share: float
    short: float
    long: float

    def survival(self, age: npt.ArrayLike) -> Floats:
        """Return the survival probability at an age."""
        t = np.asarray(age, float)
        short, long = np.exp(-t / self.short), np.exp(-t / self.long)
        return _to_array(self.share * short + (1 - self.share) * long)

    def age_at(self, alive: npt.ArrayLike) -> Floats:
        """Return the age at which a given share is still alive, by bisection."""
        aim = np.asarray(alive, float)
        low, high = np.zeros_like(aim), -np.log(aim) * max(self.short, self.long)
        for _ in range(STEPS):
            middle = (low + high) / 2
            later = self.survival(middle) > aim
            low, high = np.where(later, middle, low), np.where(later, high, middle)
        return _to_array(high)


@dataclass(frozen=True, slots=True)
class Cured:
    """Cure model: a share never ends, the rest follows a Weibull."""

    share: float
    others: Weibull

    def survival(self, age: npt.ArrayLike) -> Floats:
        """Return the survival probability at an age."""
        return _to_array(self.share + (1 - self.share) * self.others.survival(age))

    def age_at(self, alive: npt.ArrayLike) -> Floats:
        """Return the age at which a given share is alive; infinite if never reached."""
        mortal = (np.asarray(alive, float) - self.share) / (1 - self.share)
        ages = self.others.age_at(np.where(mortal > 0, mortal, 1.0))
        return _to_array(np.where(mortal > 0, ages, np.inf))


QIU: Mapping[str, Family] = MappingProxyType(
    {
        "Weibull": Weibull(0.589, 21.89),
        "lognormal": Lognormal(2.420, 1.871),
        "two exponentials": TwoExponentials(0.691, 8.32, 324.0),
        "cured": Cured(0.20, Weibull(0.755, 11.37)),
    }
)


def draw_lifetimes(
    family: Family, log_hazard: Floats, rng: np.random.Generator
) -> Floats:
    """Draw lifetimes with given log hazard ratios β: S(t) = S₀(t)^exp(β).

    Examples
    --------
    >>> twice = np.full(40_000, np.log(2.0))
    >>> ages = draw_lifetimes(Exponential(100.0), twice, np.random.default_rng(1))
    >>> float(np.mean(ages)).__round__()
    50
    """
    uniform = 1 - rng.random(len(log_hazard))  # in (0, 1]
    return family.age_at(uniform ** np.exp(-log_hazard))
