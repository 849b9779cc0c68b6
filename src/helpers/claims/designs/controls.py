"""What should show nothing: an exposure dealt out anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.agreement import Specification
from helpers.claims.readings import SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from helpers.survival import Interval

__all__ = ["as_large_by_chance", "permuted"]

PERMUTATIONS = 19


def permuted(data: pd.DataFrame, *, seed: int = SEED) -> pd.DataFrame:
    """Return the rows with their ``exposure`` dealt out anew within each network.

    >>> import pandas as pd
    >>> data = pd.DataFrame({"network": ["a", "a", "b"], "exposure": [1, 2, 3]})
    >>> sorted(permuted(data)["exposure"].tolist())
    [1, 2, 3]
    """
    rng = np.random.default_rng(seed)
    dealt = data["exposure"].to_numpy().copy()
    for rows in data.groupby("network", sort=True).indices.values():
        dealt[rows] = rng.permutation(dealt[rows])
    return data.assign(exposure=dealt)


def as_large_by_chance(
    data: pd.DataFrame, found: Interval, way: Callable[[pd.DataFrame], Interval]
) -> str:
    """Say how many of 19 permutations give a ratio as far from 1 as the one found."""
    tried = [
        Specification.tried("", partial(_dealt, data, way, seed)).legs
        for seed in range(SEED, SEED + PERMUTATIONS)
    ]
    far = abs(np.log(found.estimate))
    ratios = [leg.estimate for legs in tried for leg in legs if leg is not None]
    larger = sum(abs(np.log(ratio)) >= far for ratio in ratios)
    return f"as large in {larger} of {len(ratios)} permutations of the exposure"


def _dealt(
    data: pd.DataFrame, way: Callable[[pd.DataFrame], Interval], seed: int
) -> Interval:
    return way(permuted(data, seed=seed))
