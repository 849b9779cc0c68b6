"""How what several measures explain together is shared among them.

References
----------
Shapley (1953), in Contributions to the Theory of Games II, 307–317; Budescu (1993),
Psychol. Bull. 114, 542–551.
"""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["shapley"]


def shapley(gain: Callable[[tuple[int, ...]], float], many: int) -> Floats:
    """Return each measure's mean gain over all orders in which they may come in.

    Parameters
    ----------
    gain
        What a set of measures explains, by their numbers; of none it is 0.
    many
        How many measures there are.

    Examples
    --------
    >>> shapley(lambda chosen: float(len(chosen) > 0), 2).tolist()
    [0.5, 0.5]
    """
    every = [s for size in range(many + 1) for s in combinations(range(many), size)]
    gains = {chosen: gain(chosen) for chosen in every}
    shares = np.zeros(many)
    for chosen, value in gains.items():
        size = len(chosen)
        for one in chosen:
            ways = factorial(size - 1) * factorial(many - size) / factorial(many)
            without = tuple(other for other in chosen if other != one)
            shares[one] += ways * (value - gains[without])
    return shares
