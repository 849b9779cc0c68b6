"""Recompute lifetimes of groups by silence from their definition.

A group is dead if its last message is older than END − W; all others are censored at
END − W; groups born after it are left out. W is 60 days, or what six messages take at
the rate of the first 28 days, up to 180. END is the end of the archive: only a closing
that hits the whole platform censors, and one group's own closing leaves it silent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

DAY_US = 86_400_000_000


def lives(groups: pd.DataFrame, silence: float = 60.0) -> pd.DataFrame:
    """Return entry, exit and death of the groups, by silence of W days."""
    g = groups.copy()
    rate = g.early_messages.to_numpy() / 28
    with np.errstate(divide="ignore"):
        w = np.where(rate * silence >= 6, silence, np.minimum(180, 6 / rate))
    archive = g.groupby("network").end_us.transform("max")
    end = g.end_us.where(g.closed_kind != "administrative", archive)
    watched = (end - g.origin_us) / DAY_US - w
    last = (g.last_us - g.origin_us) / DAY_US
    g["followed"], g["whole"] = watched, (end - g.origin_us) / DAY_US
    g["dead"] = ((last < watched) | last.isna()) & (watched >= 0)
    g["exit"] = np.where(g.dead, last.fillna(0), watched)
    g["entry"] = (g.entry_us - g.origin_us) / DAY_US
    g["never"] = last.isna()
    seen = (watched >= 0) & ((g.exit > g.entry) | (g.entry == 0))
    return g[seen].reset_index(drop=True)


def failure(spells: pd.DataFrame, at: float, weights: np.ndarray | None = None):
    """Compute the Kaplan–Meier failure probability at an age."""
    w = np.ones((1, len(spells))) if weights is None else weights
    leave = spells.exit.to_numpy()
    dead = spells.dead.to_numpy()
    times = np.unique(leave[dead & (leave <= at)])
    there = watched(spells, times)
    ends = dead & (leave == times[:, None])
    first = np.argmax(there.sum(axis=1) >= 20) if late(spells) else 0
    w = w.astype("float64")  # whole numbers would be added up one by one
    at_risk, deaths = w @ there[first:].T, w @ ends[first:].T
    with np.errstate(invalid="ignore"):
        hazard = np.where(at_risk > 0, deaths / at_risk, 0.0)
    return 1 - np.prod(1 - hazard, axis=1)


def watched(spells: pd.DataFrame, times: np.ndarray) -> np.ndarray:
    """Return which groups are at risk at each time."""
    entry, leave = spells.entry.to_numpy(), spells.exit.to_numpy()
    return (leave >= times[:, None]) & ((entry < times[:, None]) | (entry == 0))


def late(spells: pd.DataFrame) -> bool:
    """Return whether some groups enter observation late."""
    return bool((spells.entry > 0).any())


def clusters(spells: pd.DataFrame) -> np.ndarray:
    """Return the cluster of each group: network, or batch, or group."""
    if len(set(spells.network)) > 1:
        return spells.network.to_numpy()
    batched = len(set(spells.batch)) >= 20
    return spells.batch.to_numpy() if batched else spells.index.to_numpy()


def draws(cluster: np.ndarray, times: int = 2000, seed: int = 1) -> np.ndarray:
    """Return how often each group occurs in each cluster bootstrap sample."""
    codes, names = pd.factorize(cluster)
    k = len(names)
    rng = np.random.default_rng(seed)
    return rng.multinomial(k, np.full(k, 1 / k), size=times)[:, codes]


def cloglog_limits(point: float, replicates: np.ndarray, k: int):
    """Return 95 % limits of a probability on the cloglog scale."""
    inside = replicates[(replicates > 0) & (replicates < 1)]
    spread = np.std(np.log(-np.log(1 - inside)), ddof=1)
    step = stats.t.ppf(0.975, k - 1) * spread
    centre = np.log(-np.log(1 - point))
    return tuple(1 - np.exp(-np.exp(centre + np.array([-step, step]))))
