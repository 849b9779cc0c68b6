"""Combine estimates from several corpora by random effects (Paule–Mandel).

What verdict follows is for `helpers.claims` to say; here are the numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError
from helpers.survival.interval import SCALES, Interval, ScaleName, Wald

FEWEST_TO_POOL = 5


@dataclass(frozen=True, slots=True)
class Combination:
    """Random-effects combination of k estimates: mean, prediction interval, tau.

    Attributes
    ----------
    rule
        ``pooled`` (k ≥ 5), ``listed`` (2 to 4: no pooled number) or ``single``.
    parts
        The estimates, in the order given.
    widened
        The same at level 1 − 0.05/k, at which one of them may contradict the rest.
    weights
        Each one's share in the pooled mean; equal shares if nothing is pooled.
    mean
        Random-effects mean with its Hartung–Knapp interval; None unless pooled.
    prediction
        Where the next corpus may be expected; None unless pooled.
    tau
        Deviation between corpora on the scale; not a number unless pooled.
    """

    rule: Literal["pooled", "listed", "single"]
    parts: tuple[Interval, ...]
    widened: tuple[Interval, ...]
    weights: tuple[float, ...]
    mean: Interval | None
    prediction: Interval | None
    tau: float

    @property
    def k(self) -> int:
        """Number of estimates combined."""
        return len(self.parts)


def combine_estimates(intervals: Sequence[Interval], scale: ScaleName) -> Combination:
    """Combine estimates of one quantity from different corpora.

    For estimates of your own prefer `helpers.synthesis.pool_effects`, on which the
    answers to claims rest; its docstring says how the two differ.

    Parameters
    ----------
    intervals
        Under one definition, time origin, horizon and kind of sampling frame.
    scale
        ``cloglog`` for probabilities of failure, ``loglog`` of survival, ``logit`` for
        shares, ``log`` for ratios, ``fisher`` for correlations, ``identity`` for
        differences.

    Raises
    ------
    NotIdentifiableError
        If there is no estimate.

    References
    ----------
    Hartung and Knapp (2001), Statist. Med. 20, 3875–3889; Paule and Mandel (1982)
    for the variance between; Higgins, Thompson and Spiegelhalter (2009), JRSS A 172,
    137–159, for the prediction interval, t(k − 2).
    """
    parts = tuple(intervals)
    if not parts:
        raise NotIdentifiableError("there is no estimate to combine", where="combine")
    k = len(parts)
    widened = tuple(part.at_level(1 - 0.05 / k) for part in parts)
    if k < FEWEST_TO_POOL:
        rule: Literal["listed", "single"] = "listed" if k > 1 else "single"
        return Combination(rule, parts, widened, (1 / k,) * k, None, None, math.nan)
    effects, errors = np.array([part.on_scale(scale) for part in parts]).T
    between = estimate_paule_mandel_variance(effects, errors**2)
    weights = 1 / (errors**2 + between)
    weights /= weights.sum()
    centre = float(weights @ effects)
    se = float(weights @ (effects - centre) ** 2 / (k - 1)) ** 0.5
    estimate = float(SCALES[scale].inverse(centre))
    mean, prediction = (
        Interval.of(
            estimate,
            Wald(estimate, error, scale, df),
            method=f"{words}, {k} estimates, t({df})",
            n=sum(part.n for part in parts),
            clusters=k,
        )
        for words, error, df in (
            ("random effects, Hartung–Knapp", se, k - 1),
            ("prediction", (between + se**2) ** 0.5, k - 2),
        )
    )
    shares = tuple(weights.tolist())
    return Combination("pooled", parts, widened, shares, mean, prediction, between**0.5)


def estimate_paule_mandel_variance(effects: Floats, variances: Floats) -> float:
    """Estimate the between-source variance by Paule and Mandel's method.

    It makes the weighted squares as large as expected. statsmodels' own iteration
    returns 0 where rounding carries its last step below the root, so it is no help
    at this precision.

    References
    ----------
    Paule and Mandel (1982), J. Res. Natl. Bur. Stand. 87, 377–385.

    Examples
    --------
    >>> effects, errors = np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.1, 0.1])
    >>> round(
    ...     estimate_paule_mandel_variance(effects, errors**2), 6
    ... )  # 0.16 between the means, less 0.01
    0.15
    """

    def excess(between: float) -> float:
        weights = 1 / (variances + between)
        centre = weights @ effects / weights.sum()
        return float(weights @ (effects - centre) ** 2) - (len(effects) - 1)

    if excess(0.0) <= 0:
        return 0.0
    # weighted squares are below k − 1 once `between` is the sum of squares
    most = float(np.sum((effects - effects.mean()) ** 2))
    return float(optimize.brentq(excess, 0.0, most, xtol=1e-15, rtol=1e-14))
