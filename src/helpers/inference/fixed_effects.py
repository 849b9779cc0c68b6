"""Fixed-effects (inverse-variance) mean of estimates, with heterogeneity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.errors import NotIdentifiableError
from helpers.survival.interval import SCALES, Interval, ScaleName, Wald


@dataclass(frozen=True, slots=True)
class FixedEffects:
    """An inverse-variance mean with Cochran's Q test and I².

    Attributes
    ----------
    mean
        Of the sources at hand; it says nothing of others.
    q, df, p
        Cochran's Q, its degrees of freedom and p value.
    i2
        Share of the spread that is more than sampling error, 0 to 1.
    """

    mean: Interval
    q: float
    df: int
    p: float
    i2: float


def average_fixed_effects(
    intervals: Sequence[Interval], scale: ScaleName
) -> FixedEffects:
    """Compute the inverse-variance (fixed-effects) mean of estimates.

    Parameters
    ----------
    intervals
        One a source.
    scale
        ``log`` for ratios, ``identity`` for differences.

    Raises
    ------
    NotIdentifiableError
        If there is no estimate with an error.

    References
    ----------
    Cochran (1954), Biometrics 10, 101–129; Higgins and Thompson (2002), Statist. Med.
    21, 1539–1558, for I²; Rice, Higgins and Lumley (2018), JRSS A 181, 205–227, for
    what it is the mean of.

    Examples
    --------
    >>> ratios = [
    ...     Interval.of(r, Wald(r, 0.1, "log"), method="", n=9, clusters=9)
    ...     for r in (1.0, 1.21)
    ... ]
    >>> both = average_fixed_effects(ratios, "log")
    >>> print(both.mean, round(both.q, 2), both.df)
    1.1 [0.958, 1.26] 1.82 1
    """
    pairs = [part.on_scale(scale) for part in intervals]
    usable = [pair for pair in pairs if np.isfinite(pair).all() and pair[1] > 0]
    if not usable:
        raise NotIdentifiableError("there is no estimate to average", where="sources")
    effects, errors = np.array(usable).T
    weights = errors**-2
    centre = float(weights @ effects / weights.sum())
    q, df = float(weights @ (effects - centre) ** 2), len(usable) - 1
    estimate = float(SCALES[scale].inverse(np.float64(centre)))
    mean = Interval.of(
        estimate, Wald(estimate, float(weights.sum() ** -0.5), scale),
        method=f"inverse-variance mean of {len(usable)}",
        n=sum(part.n for part in intervals), clusters=len(usable),
    )  # fmt: skip
    p = float(stats.chi2.sf(q, df)) if df else 1.0
    return FixedEffects(mean, q, df, p, max(0.0, 1 - df / q) if q else 0.0)
