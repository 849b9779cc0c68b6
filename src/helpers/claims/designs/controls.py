"""What should show nothing: an exposure dealt out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.readings import SEED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["permuted"]


def permuted(data: pd.DataFrame, column: str, *, seed: int = SEED) -> pd.Series[float]:
    """Return a column dealt out anew within each network.

    >>> import pandas as pd
    >>> data = pd.DataFrame({"network": ["a", "a", "b"], "x": [1, 2, 3]})
    >>> sorted(permuted(data, "x").tolist())
    [1, 2, 3]
    """
    rng = np.random.default_rng(seed)
    dealt = data[column].copy()
    for rows in data.groupby("network", sort=True).indices.values():
        dealt.iloc[rows] = rng.permutation(data[column].to_numpy()[rows])
    return dealt
