"""Pooling of estimates from several sources: the normal-normal model.

Estimates ``y_i ~ N(θ_i, s_i²)`` of places ``θ_i ~ N(μ, τ²)``, with a flat prior on the
mean and a half-normal prior on the spread between places. The spread lies on a grid;
everything else is in closed form.

Röver (2020), Bayesian random-effects meta-analysis using the bayesmeta R package,
J. Stat. Softw. 93(6). Röver et al. (2021), Res. Synth. Methods 12:448 (priors on τ).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
import scipy

from helpers.arrays import Floats
from helpers.checks import check_choice, check_columns, read_numbers
from helpers.errors import ShequnError
from helpers.survival.interval import SCALES, ScaleName

# scale of the half-normal prior on the spread between places, by working scale
PRIOR: Mapping[ScaleName, float] = MappingProxyType(
    {"logit": 1.0, "log": 0.5, "identity": 0.1}
)
LEVEL = 0.95
GRID = 400  # values of τ, by quantile of its prior and beyond
Z = 1.96
CLOSE = 1e-12  # step on the working scale after which a quantile is found
OUTERMOST, LEAST_ERROR = 0.002, 0.05  # of shares that are pooled; in log odds


@dataclass(frozen=True, slots=True)
class Pool:
    """A mean over places and what the next place may show, in readers' units."""

    # posterior median of the mean, with its 95 % interval
    mean: float
    low: float
    high: float
    # 95 % interval of the value in another place of the same kind
    next_low: float
    next_high: float
    tau: float  # posterior median of the spread between places, on the working scale
    n_sources: int  # how many estimates were pooled
    scale: ScaleName
    _weights: Floats = field(repr=False)
    _centres: Floats = field(repr=False)
    _errors: Floats = field(repr=False)
    _next_errors: Floats = field(repr=False)

    def probability_above(self, number: float, *, of_next: bool = False) -> float:
        """Return the probability that the mean, or the next place, exceeds a number."""
        errors = self._next_errors if of_next else self._errors
        at = _clip_to(self.scale, number)
        return float(self._weights @ scipy.special.ndtr((self._centres - at) / errors))

    def density_of_next(self, at: Floats) -> Floats:
        """Return the density of the next place at values of the working scale."""
        weights = self._weights / (self._next_errors * np.sqrt(2 * np.pi))
        # so many at a time that what is computed stays in the processor's cache
        parts = np.array_split(np.asarray(at)[:, None], len(at) // 50 + 1)
        gaps = ((part - self._centres) / self._next_errors for part in parts)
        return np.concatenate([np.exp(-0.5 * gap**2) @ weights for gap in gaps])


def pool(
    estimates: Sequence[float] | Floats,
    errors: Sequence[float] | Floats,
    scale: ScaleName = "log",
    *,
    prior: float | None = None,
    of_these: bool = False,
) -> Pool:
    """Pool estimates of several places, each with its standard error.

    Parameters
    ----------
    estimates
        In readers' units: shares, ratios or differences.
    errors
        Standard errors on the working scale.
    scale
        ``logit`` for shares, ``log`` for ratios, counts and times, ``identity`` for
        differences.
    prior
        Scale of the half-normal prior on the spread; by default that of the scale.
    of_these
        Whether the mean is of these places alone, as of a trial; the next place varies.

    Raises
    ------
    ShequnError
        If there is no estimate, or one is not finite or without positive error.

    Examples
    --------
    >>> found = pool(
    ...     [0.29, 0.09, 0.25, 0.09, 0.15], [0.18, 0.41, 0.28, 0.32, 0.53], "logit"
    ... )
    >>> round(found.mean, 2), found.probability_above(0.5) < 0.05
    (0.17, True)
    """
    check_choice(scale, PRIOR, "scale")
    sd = np.asarray(errors, float)
    with np.errstate(divide="ignore", invalid="ignore"):  # told below
        values: Floats = SCALES[scale].forward(np.asarray(estimates, float))
    whole = len(values) > 0 and values.shape == sd.shape
    if not whole or not (np.isfinite(values).all() and (sd > 0).all()):
        raise ShequnError(
            "an estimate is missing, not finite or has no standard error",
            where="pool",
            remedy=f"give estimates within the {scale} scale, and positive errors",
        )
    spread = PRIOR[scale] if prior is None else prior
    if not 0 < spread < np.inf:
        raise ShequnError(
            f"{prior} is no spread", where="prior", remedy="give a number above 0"
        )
    # values of τ: dense near none, and as far as the data could ask
    most = max(6 * spread, 1.5 * float(np.ptp(values)))
    grid = np.linspace(0, 1, GRID) ** 2 * most + 1e-6 * float(sd.min())
    precision = 1 / (sd**2 + grid[:, None] ** 2)
    total = precision.sum(axis=1)
    centres = precision @ values / total
    misfit = (precision * (values - centres[:, None]) ** 2).sum(axis=1)
    log_post = 0.5 * (np.log(precision).sum(axis=1) - np.log(total) - misfit)
    log_post += -0.5 * (grid / spread) ** 2 + np.log(np.gradient(grid))
    weights = scipy.special.softmax(log_post)
    errors_of_mean = total**-0.5
    errors_of_next = np.sqrt(1 / total + grid**2)
    if of_these:
        errors_of_mean = np.full(len(grid), (sd**-2).sum() ** -0.5)
    mean = _find_quantiles(weights, centres, errors_of_mean)
    following = _find_quantiles(weights, centres, errors_of_next)
    tau = float(np.interp(0.5, np.cumsum(weights), grid))
    back = SCALES[scale].inverse
    low, middle, high = back(mean).tolist()
    next_low, _, next_high = back(following).tolist()
    return Pool(
        middle, low, high, next_low, next_high, tau, len(values), scale,
        weights, centres, errors_of_mean, errors_of_next,
    )  # fmt: skip


QUANTILES = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)


def _find_quantiles(weights: Floats, centres: Floats, sd: Floats) -> Floats:
    """Return the quantiles of a mixture of normal distributions."""
    # Newton's steps: to load `scipy.optimize` costs more than all pools of a run
    reach = 12 * float(sd.max())
    low, high = centres.min() - reach, centres.max() + reach
    before, at = low, np.full(len(QUANTILES), (low + high) / 2)
    while np.abs(at - before).max() > CLOSE:
        away = (at[:, None] - centres) / sd
        excess = scipy.special.ndtr(away) @ weights - QUANTILES
        low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
        heights = np.exp(-0.5 * away**2) @ (weights / sd) / np.sqrt(2 * np.pi)
        newton = at - excess / np.maximum(heights, np.finfo(float).tiny)
        inside = (low <= newton) & (newton <= high)
        before, at = at, np.where(inside, newton, (low + high) / 2)
    return at


def pool_rows(rows: pd.DataFrame, column: str = "share") -> Pool:
    """Pool shares of several places, each with its 95 % range: the mean of the places.

    Parameters
    ----------
    rows
        A row per place, with ``column``, ``column_low`` and ``column_high``.
    column
        The share, between 0 and 1.

    Examples
    --------
    >>> rows = pd.DataFrame({"share": [0.1], "share_low": [0.05], "share_high": [0.2]})
    >>> round(pool_rows(rows).mean, 2)
    0.1
    """
    ends = [column, f"{column}_low", f"{column}_high"]
    check_columns(rows, ends)
    for name in ends:
        read_numbers(rows[name], f"column {name}")
    share, low, high = rows[ends].clip(OUTERMOST, 1 - OUTERMOST).to_numpy(float).T
    errors = (scipy.special.logit(high) - scipy.special.logit(low)) / (2 * Z)
    return pool(share, np.maximum(errors, LEAST_ERROR), "logit")


def compute_error(low: float, high: float, scale: ScaleName) -> float:
    """Return the standard error, on a working scale, of a 95 % interval."""
    return (_clip_to(scale, high) - _clip_to(scale, low)) / (2 * Z)


def _clip_to(scale: ScaleName, value: float) -> float:
    """Return a value on the scale; bounds of the scale itself become infinite."""
    with np.errstate(divide="ignore"):
        return float(SCALES[scale].forward(value))
