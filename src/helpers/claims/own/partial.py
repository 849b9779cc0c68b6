"""Partial pooling: a share of own groups, alone and with what is known elsewhere.

The prior is what another place would show (`helpers.claims.pool`), made robust: with
weight `VAGUE` it is Jeffreys' prior, in case this place is of another sort. The
likelihood is binomial. The posterior lies on a grid.

References
----------
Schmidli et al. (2014), Robust meta-analytic-predictive priors in clinical trials with
historical control information, Biometrics 70(4):1023-1032.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy import special

from helpers.arrays import Floats
from helpers.claims.pool import LEVEL, Pool
from helpers.claims.register import Claimed
from helpers.errors import ShequnError

VAGUE = 0.2  # weight of the prior that knows nothing of other places
GRID = np.linspace(-12, 12, 1201)  # log odds
SHARES = special.expit(GRID)
HALF = 0.5  # of a group and of none: Jeffreys' prior
_LEVELS = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)


class Range(NamedTuple):
    """A median with its 95 % interval."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Combined:
    """A share of own groups: alone, with what is known elsewhere, and that alone.

    Attributes
    ----------
    count, n
        How many of how many own groups.
    alone
        By own groups only (Jeffreys).
    together
        By own groups and what is known elsewhere; as `alone` where nothing is.
    elsewhere
        What another place would show; None where nothing is known.
    """

    count: int
    n: int
    alone: Range
    together: Range
    elsewhere: Range | None
    _weights: Floats = field(repr=False)

    def probability(self, claimed: Claimed) -> float:
        """Return the probability that the share is as claimed, by all that is known."""
        inside = (claimed.low < SHARES) & (claimed.high > SHARES)
        return float(self._weights[inside].sum())

    def probability_alone(self, claimed: Claimed) -> float:
        """Return the probability that the share is as claimed, by own groups only."""
        a, b = self.count + HALF, self.n - self.count + HALF
        low, high = np.clip(claimed, 0, 1)
        return float(special.betainc(a, b, high) - special.betainc(a, b, low))


def combine_with_own(known: Pool | None, count: int, n: int) -> Combined:
    """Combine a share counted in own groups with what is known of other places.

    Parameters
    ----------
    known
        The same share in other places, on the logit scale; None if not measured.
    count, n
        Own groups for which it holds, of those watched long enough.

    Raises
    ------
    ShequnError
        If there are no groups, or `known` is no pool of shares.

    Examples
    --------
    >>> from helpers.claims.pool import pool
    >>> known = pool([0.3, 0.1, 0.25], [0.2, 0.4, 0.3], "logit")
    >>> found = combine_with_own(known, count=2, n=5)
    >>> found.together.high - found.together.low < found.alone.high - found.alone.low
    True
    """
    if not 0 <= count <= n or not n:
        raise ShequnError(
            f"{count} of {n} groups is no share", where="combine_with_own",
            remedy="give a count of groups, and how many were watched",
        )  # fmt: skip
    if known is not None and known.scale != "logit":
        raise ShequnError(
            "only shares can be combined with counts of groups",
            where="combine_with_own", remedy='pool the shares with scale "logit"',
        )  # fmt: skip
    return update_prior(build_prior(known), known, count, n)


def update_prior(prior: Floats, known: Pool | None, count: int, n: int) -> Combined:
    """Combine a count of own groups with a prior as `build_prior` returns it."""
    elsewhere = None
    if known is not None:
        elsewhere = Range(known.mean, known.next_low, known.next_high)
    return update(prior, elsewhere, count, n)


def update(prior: Floats, elsewhere: Range | None, count: int, n: int) -> Combined:
    """Combine a count of own groups with the weights of `SHARES`."""
    weights = prior * np.exp(
        special.xlogy(count, SHARES) + special.xlog1py(n - count, -SHARES)
    )
    weights /= weights.sum()
    alone = _find_jeffreys_range(count, n)
    together = alone if elsewhere is None else find_range(weights)
    return Combined(count, n, alone, together, elsewhere, weights)


def _find_jeffreys_range(count: int, n: int) -> Range:
    a, b = count + HALF, n - count + HALF
    low, middle, high = special.betaincinv(a, b, _LEVELS).tolist()
    # where none or all are, the limit on that side is the edge itself
    return Range(middle, low if count else 0.0, high if count < n else 1.0)


def build_prior(known: Pool | None) -> Floats:
    """Return the prior weights of `SHARES`: the next place, made robust."""
    return mix_vague(None if known is None else known.density_of_next(GRID))


def mix_vague(density: Floats | None) -> Floats:
    """Mix a density of log odds with Jeffreys' prior."""
    vague = np.sqrt(SHARES * (1 - SHARES))  # Jeffreys' prior, in log odds
    vague = vague / vague.sum()
    if density is None:
        return np.asarray(vague)
    return np.asarray((1 - VAGUE) * density / density.sum() + VAGUE * vague)


def find_range(weights: Floats) -> Range:
    """Return the median and 95 % interval of weights of `SHARES`."""
    steps = np.cumsum(weights)
    low, middle, high = np.interp(_LEVELS, steps, SHARES).tolist()
    return Range(middle, low, high)
