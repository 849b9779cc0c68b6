"""Partial pooling: a share of own groups, alone and with what is known elsewhere.

From `FEWEST` own groups on the prior is what another place would show
(`helpers.claims.pool`), made robust: with weight `VAGUE` it is uniform on the share, in
case this place is of another sort. The likelihood is binomial, the posterior lies on a
grid. Fewer groups change nothing: what another place would show stands beside them.

Schmidli et al. (2014), Robust meta-analytic-predictive priors in clinical trials with
historical control information, Biometrics 70(4):1023-1032.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import scipy

from helpers.arrays import Floats
from helpers.claims.pool import QUANTILES, Pool
from helpers.claims.register import Claimed
from helpers.errors import ShequnError

VAGUE = 0.8  # weight of the prior that knows nothing of other places
FEWEST = 3  # own groups, from which they are mixed with other places
GRID = np.linspace(-12, 12, 1201)  # log odds
HALF = 0.5  # of a group and of none: Jeffreys' prior


class Range(NamedTuple):
    """A median with its 95 % interval."""

    middle: float
    low: float
    high: float


@cache
def list_shares() -> Floats:
    """Return the shares of the grid; what computes them is slow to load."""
    return np.asarray(scipy.special.expit(GRID))


@dataclass(frozen=True, slots=True)
class Combined:
    """A share of own groups by itself, pooled with other places, and of these."""

    count: int  # of n own groups
    n: int
    alone: Range  # by own groups only (Jeffreys)
    # by both; as `alone` where nothing is known elsewhere, and as `elsewhere` for one
    # or two groups
    together: Range
    elsewhere: Range | None  # what another place would show, if that is known
    _weights: Floats = field(repr=False)

    def probability(self, claimed: Claimed) -> float:
        """Return the probability that the share is as claimed, by all that is known."""
        inside = (claimed.low < list_shares()) & (claimed.high > list_shares())
        return float(self._weights[inside].sum())

    def probability_alone(self, claimed: Claimed) -> float:
        """Return the probability that the share is as claimed, by own groups only."""
        a, b = self.count + HALF, self.n - self.count + HALF
        low, high = np.clip(claimed, 0, 1)
        below = scipy.special.betainc(a, b, [low, high])
        return float(below[1] - below[0])


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
    alone, uniform = _find_jeffreys_range(count, n), list_shares() * (1 - list_shares())
    uniform /= uniform.sum()  # on the share, in log odds
    if known is None:
        return Combined(count, n, alone, alone, None, _update(uniform, count, n))
    elsewhere = Range(known.mean, known.next_low, known.next_high)
    place = known.density_of_next(GRID)
    place /= place.sum()
    if n < FEWEST:
        return Combined(count, n, alone, elsewhere, elsewhere, place)
    weights = _update((1 - VAGUE) * place + VAGUE * uniform, count, n)
    return Combined(count, n, alone, find_range(weights), elsewhere, weights)


def _update(prior: Floats, count: int, n: int) -> Floats:
    """Return the weights of the shares after so many of n groups."""
    shares, special = list_shares(), scipy.special
    weights = prior * np.exp(
        special.xlogy(count, shares) + special.xlog1py(n - count, -shares)
    )
    return np.asarray(weights / weights.sum())


def _find_jeffreys_range(count: int, n: int) -> Range:
    a, b = count + HALF, n - count + HALF
    low, middle, high = scipy.special.betaincinv(a, b, QUANTILES).tolist()
    # where none or all are, the limit on that side is the edge itself
    return Range(middle, low if count else 0.0, high if count < n else 1.0)


def find_range(weights: Floats) -> Range:
    """Return the median and 95 % interval of weights of the shares."""
    steps = np.cumsum(weights)
    low, middle, high = np.interp(QUANTILES, steps, list_shares()).tolist()
    return Range(middle, low, high)
