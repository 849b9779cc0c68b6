"""Random-effects meta-analysis: mean, prediction interval, heterogeneity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize

from helpers.arrays import Floats
from helpers.checks import check_choice, read_numbers
from helpers.errors import ShequnError
from helpers.inference.combine import estimate_paule_mandel_variance
from helpers.survival.interval import SCALES, Interval, ScaleName, Wald
from helpers.synthesis.scales import Effect

FEWEST_POOLED = 3
FEWEST_PARTS = 4  # of a source, before its parts are pooled at random
Method = Literal["PM", "REML"]


@dataclass(frozen=True, slots=True)
class Pool:
    """A random-effects pool of k sources: mean, prediction interval, tau, I², weights.

    Attributes
    ----------
    mean
        The average over sources, with its Hartung–Knapp interval.
    prediction
        The same average, with the interval in which a new source may lie.
    tau, i2
        Standard deviation between sources on the scale; the share of the variance
        that is between them.
    weights
        Each source's share in the mean.
    """

    mean: Interval
    prediction: Interval
    tau: float
    i2: float
    weights: tuple[float, ...]

    @property
    def k(self) -> int:
        """Number of sources pooled."""
        return len(self.weights)

    def __str__(self) -> str:
        return f"{self.mean}, prediction {self.prediction}, k = {self.k}"

    def _repr_html_(self) -> str:
        return f"<p>{self}, tau = {self.tau:.3g}, I² = {self.i2:.0%}</p>"


def pool_effects(
    effects: Sequence[Effect], scale: ScaleName, *, n: int = 0, method: Method = "PM"
) -> Pool:
    """Pool effects by random effects with the Hartung–Knapp interval.

    Use it for estimates of your own: the answers to claims rest on it. It differs from
    `helpers.inference.combine_estimates`, which takes intervals, pools from five on,
    does not hold the scale factor at 1 or more, and predicts by t(k − 2).

    Parameters
    ----------
    effects
        At least three, one per source: value and standard error on the scale.
    scale
        On which the effects are given: ``identity``, ``log``, ``logit``, ``fisher``,
        ``cloglog`` or ``loglog``. Results are transformed back.
    n
        How many units they rest on, for the record.
    method
        How the variance between sources is estimated: ``PM`` (Paule and Mandel) or
        ``REML``.

    Raises
    ------
    ShequnError
        If there are fewer than three effects, or a standard error is not positive.

    References
    ----------
    Paule and Mandel (1982); Hartung and Knapp (2001), Statist. Med. 20, 3875–3889,
    with the scale factor held at 1 or more (Röver, Knapp and Friede 2015, BMC Med.
    Res. Methodol. 15, 99); Higgins, Thompson and Spiegelhalter (2009), JRSS A 172,
    137–159, for the prediction interval, with k − 1 degrees of freedom.

    Examples
    --------
    >>> ratios = [Effect(0.1, 0.1), Effect(0.5, 0.1), Effect(0.9, 0.1)]
    >>> pool = pool_effects(ratios, "log")
    >>> print(pool.mean, pool.prediction)
    1.65 [0.61, 4.45] 1.65 [0.237, 11.5]
    """
    check_choice(method, BETWEEN, "method")
    check_choice(scale, SCALES, "scale")
    values, errors = _read_effects(effects)
    variances = errors**2
    between = BETWEEN[method](values, variances)
    weights = 1 / (variances + between)
    centre = float(weights @ values / weights.sum())
    factor = float(weights @ (values - centre) ** 2) / (len(values) - 1)
    variance = max(factor, 1.0) / float(weights.sum())
    spread = {"mean": variance, "prediction": variance + between}
    mean, prediction = (
        _build_interval(centre, spread[name] ** 0.5, scale, (n, len(values)), name)
        for name in spread
    )
    shares = tuple((weights / weights.sum()).tolist())
    return Pool(mean, prediction, between**0.5, _compute_i2(variances, between), shares)


def _read_effects(effects: Sequence[Effect]) -> tuple[Floats, Floats]:
    if len(effects) < FEWEST_POOLED:
        raise ShequnError(
            f"{len(effects)} effect{'s' * (len(effects) != 1)}: too few to pool",
            where="pool_effects",
            remedy=f"give {FEWEST_POOLED} or more, or report each one alone",
        )
    values, errors = read_numbers(effects, "effects").T
    wrong = ~(np.isfinite(values) & (errors > 0) & np.isfinite(errors))
    if wrong.any():
        raise ShequnError(
            "the effect is not finite, or its standard error is not positive",
            where=f"pool_effects, effect {int(np.argmax(wrong))}",
            remedy="give value and standard error on the scale, such as log ratios",
        )
    return values, errors


def _build_interval(
    centre: float, se: float, scale: ScaleName, sizes: tuple[int, int], name: str
) -> Interval:
    estimate = float(SCALES[scale].inverse(np.float64(centre)))
    n, k = sizes
    rule = Wald(estimate, se, scale, df=k - 1)
    return Interval.of(estimate, rule, method=f"{name} of {k}", n=n, clusters=k)


def _compute_i2(variances: Floats, between: float) -> float:
    """Compute I² from the between-source variance and a typical within-source one."""
    weights = 1 / variances
    total = weights.sum()
    typical = (len(weights) - 1) * total / (total**2 - weights @ weights)
    return float(between / (between + typical))


def estimate_reml_variance(values: Floats, variances: Floats) -> float:
    """Estimate the between-source variance by restricted maximum likelihood.

    References
    ----------
    Viechtbauer (2005), J. Educ. Behav. Stat. 30, 261–293.

    Examples
    --------
    >>> values, errors = np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.1, 0.1])
    >>> round(estimate_reml_variance(values, errors**2), 6)
    0.15
    """

    def slope(between: float) -> float:
        weights = 1 / (variances + between)
        centre = weights @ values / weights.sum()
        squares = weights**2 @ (values - centre) ** 2
        return float(squares - weights.sum() + weights @ weights / weights.sum())

    if slope(0.0) <= 0:
        return 0.0
    most = float(np.sum((values - values.mean()) ** 2)) + float(variances.max())
    while slope(most) > 0:
        most *= 2
    return float(optimize.brentq(slope, 0.0, most, xtol=1e-15, rtol=1e-14))


BETWEEN: Mapping[Method, Callable[[Floats, Floats], float]] = {
    "PM": estimate_paule_mandel_variance,
    "REML": estimate_reml_variance,
}


def combine_parts(effects: Sequence[Effect]) -> Effect:
    """Combine the networks, sites or channels of one source by fixed effects.

    Four and more are pooled at random; of two or three the mean is taken, and its
    variance is that between them or within them, whichever is larger.

    Examples
    --------
    >>> mean = combine_parts([Effect(0.0, 0.1), Effect(1.0, 0.1)])
    >>> round(mean.value, 3), round(mean.se, 3)
    (0.5, 0.5)
    """
    if len(effects) == 1:
        return effects[0]
    values, errors = np.array(effects, dtype=float).T
    m = len(values)
    if m < FEWEST_PARTS:
        variance = max(float(values.var(ddof=1)), float(np.mean(errors**2))) / m
        return Effect(float(values.mean()), variance**0.5)
    weights = 1 / (errors**2 + estimate_paule_mandel_variance(values, errors**2))
    return Effect(float(weights @ values / weights.sum()), float(weights.sum()) ** -0.5)
