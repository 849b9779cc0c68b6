"""Over how many people replies in a group effectively spread, and by chance.

A group's *effective number of centres* is 1/Σ share² of the replies received. Fixing
how many replies each person receives would fix that number, so the null fixes what
people do and frees whom they address: each reply of person i goes to another poster
j ≠ i with probability mⱼ/(M − mᵢ), in proportion to j's messages (a configuration
model whose stubs are messages). With in-degrees as sums of independent draws,

    E[Σ nⱼ²] = Σⱼ mⱼ(A − aⱼ) − mⱼ²(B − bⱼ) + (mⱼ(A − aⱼ))²

where aᵢ = rᵢ/(M − mᵢ), bᵢ = rᵢ/(M − mᵢ)², A = Σ aᵢ, B = Σ bᵢ and rᵢ is the number of
replies i sends; the null's centres are R²/E[Σ nⱼ²].
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.arrays import Floats, Ints


def add_expected_centres(posters: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Add ``centres_null``: effective number of people replied to, if by chance."""
    groups = posters.groupby(key, sort=True, observed=True)
    values = _count_effective_centres(
        np.asarray(groups.ngroup(), np.int64),
        posters["n"].to_numpy(np.int64),
        posters["sent"].to_numpy(np.int64),
        groups.ngroups,
    )
    return groups.size().reset_index()[key].assign(centres_null=values)


def _count_effective_centres(
    which: Ints,
    messages: Ints,
    sent: Ints,
    size: int,
) -> Floats:
    def total(values: Floats) -> Floats:
        return np.bincount(which, values, size).astype(np.float64)

    m, r = messages.astype(float), sent.astype(float)
    others = total(m)[which] - m
    with np.errstate(invalid="ignore", divide="ignore"):
        a = np.where(r > 0, r / others, 0.0)
        b = np.where(r > 0, r / others**2, 0.0)
        mean = m * (total(a)[which] - a)
        variance = mean - m**2 * (total(b)[which] - b)
        result = total(r) ** 2 / total(variance + mean**2)
    return np.where(np.isfinite(result) & (total(r) > 0), result, np.nan)
