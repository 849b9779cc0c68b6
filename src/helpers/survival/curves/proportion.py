"""Intervals for proportions: exact, and Wilson's."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from helpers.errors import ShequnError
from helpers.survival.interval import SCALES, Interval, ScaleName


@dataclass(frozen=True, slots=True)
class _Count:
    """Base class of confidence limits for a proportion from a count."""

    successes: float
    n: float

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the proportion and its standard error on a transformed scale."""
        p = (self.successes + 0.5) / (self.n + 1)
        error = (p * (1 - p) / (self.n + 1)) ** 0.5
        centre = SCALES[scale].forward(p)
        return float(centre), float(error * abs(SCALES[scale].slope(p)))


@dataclass(frozen=True, slots=True)
class ClopperPearson(_Count):
    """Clopper–Pearson limits of a proportion, by inverting the binomial test."""

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper Clopper–Pearson limit at `level`."""
        tail, x, n = (1 - level) / 2, self.successes, self.n
        low = stats.beta.ppf(tail, x, n - x + 1) if x > 0 else 0.0
        high = stats.beta.ppf(1 - tail, x + 1, n - x) if x < n else 1.0
        return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Wilson(_Count):
    """Wilson limits of a proportion, by inverting the score test."""

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper Wilson limit at `level`."""
        z = float(stats.norm.ppf((1 + level) / 2))
        p, n = self.successes / self.n, self.n
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * (p * (1 - p) / n + (z / (2 * n)) ** 2) ** 0.5
        return max(0.0, centre - reach), min(1.0, centre + reach)


def compute_exact_interval(successes: int, n: int, *, level: float = 0.95) -> Interval:
    """Return a proportion with its Clopper–Pearson interval, as used in verdicts.

    Raises
    ------
    ShequnError
        Unless 0 ≤ successes ≤ n and n > 0.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404–413.

    Examples
    --------
    >>> print(compute_exact_interval(5, 100))
    0.05 [0.0164, 0.113]
    """
    _check_counts(successes, n)
    return Interval.of(
        successes / n,
        ClopperPearson(successes, n),
        method="Clopper–Pearson",
        n=n,
        clusters=n,
        level=level,
    )


def compute_wilson_interval(successes: float, n: int) -> Interval:
    """Return a proportion with its Wilson interval, as used in descriptions.

    Raises
    ------
    ShequnError
        Unless 0 ≤ successes ≤ n and n > 0.

    References
    ----------
    Wilson (1927), JASA 22, 209–212.

    Examples
    --------
    >>> print(compute_wilson_interval(200, 343))
    0.583 [0.53, 0.634]
    """
    _check_counts(successes, n)
    return Interval.of(
        successes / n,
        Wilson(successes, n),
        method="Wilson",
        n=n,
        clusters=n,
    )


def _check_counts(successes: float, n: int) -> None:
    if not 0 <= successes <= n or n == 0:
        raise ShequnError(f"{successes} of {n} is no proportion", where="proportion")
