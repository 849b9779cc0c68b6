"""Shares by band with places as random effects: a logistic model on a grid of τ.

Of ``n`` groups of place ``i`` in band ``b``, binomially many go on, with log odds
``level_b + u_i`` and ``u_i ~ N(0, τ²)``; the prior is flat on the levels, half-normal
on τ. Place effects are integrated by adaptive Gauss–Hermite quadrature, levels by
Laplace.

References
----------
Bolker et al. (2009), Generalized linear mixed models, Trends Ecol. Evol. 24:127-135.
Röver et al. (2021), Res. Synth. Methods 12:448 (priors on τ).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.arrays import Floats

PRIOR = 1.0  # scale of the half-normal prior on τ, as of shares that are pooled
SPREADS = np.linspace(0, 3, 16)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
LOG_WEIGHTS = np.log(WEIGHTS / WEIGHTS.sum())
LIMITS = (0.5, 0.025, 0.975)
STEPS, INNER, FLAT = 40, 8, 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Levels of bands on the logit scale, given each spread between places."""

    weights: Floats
    centres: Floats
    errors: Floats

    def share(self, band: int) -> tuple[float, float, float]:
        """Return the share of a typical place, with its 95 % interval."""
        return self._quantiles(band, self.errors[:, band])

    def next_share(self, band: int) -> tuple[float, float]:
        """Return the 95 % range of the share in the next place."""
        return self._quantiles(band, self._next_errors(band))[1:]

    def expected(self, band: int) -> float:
        """Return the expected share in the next place."""
        return float(self._mix(special.expit(self._list_next(band))))

    def covers(self, band: int, still: int, groups: int) -> bool:
        """Return whether a count in the next place is no surprise, at 95 %."""
        shares = special.expit(self._list_next(band))
        below = self._mix(np.asarray(special.bdtr(still, groups, shares)))
        above = self._mix(np.asarray(special.bdtrc(still - 1, groups, shares)))
        return bool(min(below, above) >= LIMITS[1])

    def _next_errors(self, band: int) -> Floats:
        return np.asarray(np.hypot(self.errors[:, band], SPREADS))

    def _list_next(self, band: int) -> Floats:
        errors = self._next_errors(band)
        return np.asarray(self.centres[:, [band]] + errors[:, None] * NODES)

    def _mix(self, values: Floats) -> float:
        return float(self.weights @ values @ np.exp(LOG_WEIGHTS))

    def _quantiles(self, band: int, errors: Floats) -> tuple[float, float, float]:
        centres = self.centres[:, band]
        reach = 8 * float(errors.max())
        at = np.linspace(centres.min() - reach, centres.max() + reach, 4001)
        chances = self.weights @ special.ndtr((at - centres[:, None]) / errors[:, None])
        middle, low, high = special.expit(np.interp(LIMITS, chances, at)).tolist()
        return middle, low, high


def fit_levels(still: pd.DataFrame, groups: pd.DataFrame) -> Levels:
    """Fit the levels of bands.

    Examples
    --------
    >>> groups = pd.DataFrame(40, index=range(6), columns=["few", "many"])
    >>> still = pd.DataFrame({"few": [8] * 6, "many": [30] * 6})
    >>> [round(fit_levels(still, groups).share(band)[0], 1) for band in (0, 1)]
    [0.2, 0.8]
    """
    counts = still.to_numpy(np.float64), groups.to_numpy(np.float64)
    level = np.asarray(special.logit((counts[0].sum(0) + 1) / (counts[1].sum(0) + 2)))
    centres, errors, evidence = [], [], []
    for spread in SPREADS:
        level, information, fit = _fit_at(spread, level, *counts)
        covariance = np.linalg.inv(information)
        centres.append(level)
        errors.append(np.sqrt(np.diag(covariance)))
        narrow = 0.5 * np.linalg.slogdet(covariance)[1]
        evidence.append(fit + narrow - 0.5 * (spread / PRIOR) ** 2)
    weights = special.softmax(evidence)
    return Levels(np.asarray(weights), np.array(centres), np.array(errors))


def _fit_at(
    spread: float, level: Floats, still: Floats, groups: Floats
) -> tuple[Floats, Floats, float]:
    """Fit the levels given τ by Newton's method: levels, information, likelihood."""
    for _ in range(STEPS):
        gradient, information, fit = _differentiate(spread, level, still, groups)
        step = np.linalg.solve(information, gradient)
        level = level + np.clip(step, -1, 1)
        if np.abs(step).max() < FLAT:
            break
    return level, information, fit


def _differentiate(
    spread: float, level: Floats, still: Floats, groups: Floats
) -> tuple[Floats, Floats, float]:
    """Return gradient, observed information and value of the log likelihood.

    Louis (1982), J. R. Stat. Soc. B 44:226: expected information less the covariance of
    the scores over the place effects.
    """
    effects, log_weights = _place_nodes(spread, level, still, groups)
    odds = level[:, None] + spread * effects[:, None, :]  # (places, bands, nodes)
    share = special.expit(odds)
    each = still[:, :, None] * odds - groups[:, :, None] * np.logaddexp(0, odds)
    logs = each.sum(axis=1) + log_weights
    fit = float(special.logsumexp(logs, axis=1).sum())
    weights = special.softmax(logs, axis=1)  # (places, nodes)
    scores = still[:, :, None] - groups[:, :, None] * share
    mean = np.einsum("pk,pbk->pb", weights, scores)
    squares = np.einsum("pk,pbk,pck->bc", weights, scores, scores) - mean.T @ mean
    curved = np.einsum("pk,pb,pbk->b", weights, groups, share * (1 - share))
    return mean.sum(axis=0), np.diag(curved) - squares, fit


def _place_nodes(
    spread: float, level: Floats, still: Floats, groups: Floats
) -> tuple[Floats, Floats]:
    """Return nodes around each place's likeliest effect, and their log weights."""
    at = np.zeros(len(still))
    for _ in range(INNER):
        share = special.expit(level + spread * at[:, None])
        curve = 1 + spread**2 * (groups * share * (1 - share)).sum(axis=1)
        slope = spread * (still - groups * share).sum(axis=1) - at
        at += np.clip(slope / curve, -1, 1)
    effects = at[:, None] + NODES / np.sqrt(curve)[:, None]
    wide = LOG_WEIGHTS + NODES**2 / 2 - 0.5 * np.log(curve)[:, None]
    return effects, wide - effects**2 / 2
