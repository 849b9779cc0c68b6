"""Intervals for proportions: exact, and Wilson's."""

from __future__ import annotations

from scipy import special

from helpers.errors import ShequnError
from helpers.survival.interval import Interval

LEVEL = 0.95


def compute_clopper_pearson(
    successes: float, n: float, level: float = LEVEL
) -> tuple[float, float]:
    """Return the limits of a proportion from inverting the binomial test."""
    tail = (1 - level) / 2
    low = (
        special.betaincinv(successes, n - successes + 1, tail) if successes > 0 else 0.0
    )
    if successes == n:
        return float(low), 1.0
    return float(low), float(special.betaincinv(successes + 1, n - successes, 1 - tail))


def compute_exact_interval(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return a proportion with its Clopper–Pearson interval, as used in verdicts.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404–413.
    """
    _check_counts(successes, n)
    limits = compute_clopper_pearson(successes, n, level)
    return Interval.of(
        successes / n, limits, method="Clopper–Pearson", n=n, clusters=n, level=level
    )


def compute_wilson_interval(successes: float, n: int) -> Interval:
    """Return a proportion with its Wilson interval, as used in descriptions.

    References
    ----------
    Wilson (1927), JASA 22, 209–212.

    >>> print(compute_wilson_interval(200, 343))
    0.583 [0.53, 0.634]
    """
    _check_counts(successes, n)
    z, p = float(special.ndtri((1 + LEVEL) / 2)), successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (p * (1 - p) / n + (z / (2 * n)) ** 2) ** 0.5
    limits = max(0.0, centre - reach), min(1.0, centre + reach)
    return Interval.of(p, limits, method="Wilson", n=n, clusters=n)


def _check_counts(successes: float, n: int) -> None:
    if not 0 <= successes <= n or n == 0:
        raise ShequnError(f"{successes} of {n} is no proportion", where="proportion")
