"""Simulate groups that fill equally fast, whatever their founding year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm

from helpers.arrays import Floats
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.members import FULL
from helpers.claims.themes.fission.time_to_called_full import select_listed
from helpers.claims.themes.fission.time_to_fill import select_reached
from helpers.records import DAY_US
from helpers.study.publish.study import Study
from validation.controls.redrawn import Redrawn


def simulate_constant_filling(study: Study, rng: np.random.Generator) -> Redrawn:
    """Simulate lists of groups that all fill at the same speed.

    The next group is opened when the last is full, and the version of the list that
    has the one may call the other full, as often as the source's lists do.
    """
    registry = study.table("registry")
    fills = study.table("fills").merge(registry[["group", "network"]], on="group")
    habits = _Habits.of(fills, select_listed(Evidence.of(study)))
    parts = [
        _project(str(network), own, habits, rng)
        for network, own in fills.groupby("network", sort=True)
    ]
    drawn = pd.concat(parts, ignore_index=True).assign(shared=False)
    drawn["group"] = np.arange(len(drawn))
    first = registry.drop_duplicates("network").set_index("network")
    rows = first.loc[drawn["network"]].reset_index()
    rows = rows.assign(group=drawn["group"], origin_us=drawn["listed_us"])
    rows["entry_us"], rows["end_us"] = drawn["listed_us"], drawn["until_us"]
    rows["key"] = rows["group"].astype("str")
    return Redrawn(
        study,
        {
            "registry": rows[registry.columns],
            "fills": drawn[study.table("fills").columns],
        },
    )


@dataclass(frozen=True, slots=True)
class _Habits:
    """How fast a source's groups fill, and how often its lists are updated.

    Attributes
    ----------
    pace, spread
        Mean and standard deviation of log times to full, over the project's mean time
        from one group to the next.
    between_us
        Times between a version and the one before that has news.
    called, called_last, removed
        Share of the groups called full, of those with a later one and of the last;
        share of the former that were taken off, of those never called full.
    """

    pace: float
    spread: float
    between_us: Floats
    called: float
    called_last: float
    removed: float

    @classmethod
    def of(cls, fills: pd.DataFrame, rows: pd.DataFrame) -> Self:
        """Estimate from a source how fast groups fill and how often lists change."""
        days = rows["network"].map(fills.groupby("network").apply(_compute_mean_gap))
        times = {name: rows[name] / days for name in ("after", "until")}
        pace, spread = _log_time(pd.DataFrame(times))
        newest = fills.groupby("network")["listed_us"].transform("max")
        full, last = fills["full_us"].notna(), fills["listed_us"] == newest
        between = (fills["listed_us"] - fills["unlisted_us"]).dropna()
        return cls(
            pace=pace,
            spread=spread,
            between_us=between.to_numpy(np.float64),
            called=float(full[~last].mean()),
            called_last=float(full[last].mean()),
            removed=float(fills["removed_us"].notna()[~last & ~full].mean()),
        )


def _compute_mean_gap(own: pd.DataFrame) -> float:
    """Return a project's mean days from one listed group to the next."""
    start, end = float(own["listed_us"].min()), float(own["until_us"].max())
    return max(end - start, DAY_US) / DAY_US / (own["listed_us"].gt(start).sum() + 1)


def _project(
    network: str, own: pd.DataFrame, habits: _Habits, rng: np.random.Generator
) -> pd.DataFrame:
    """Simulate the groups on the list of one project."""
    start, end = float(own["listed_us"].min()), float(own["until_us"].max())
    mean_us = _compute_mean_gap(own) * DAY_US
    births = [start]
    while births[-1] < end:
        time = mean_us * np.exp(rng.normal(habits.pace, habits.spread))
        births.append(births[-1] + float(time))
    opened, following = np.array(births[:-1]), np.array(births[1:])
    n = len(opened)
    is_last = following >= end
    chance = np.where(is_last, habits.called_last, habits.called)
    full = np.where(rng.random(n) < chance, np.minimum(following, end), np.nan)
    gone = np.isnan(full) & ~is_last & (rng.random(n) < habits.removed)
    unlisted = opened - rng.choice(habits.between_us, n)
    before = np.where(np.isnan(full), end, full) - rng.choice(habits.between_us, n)
    table = {
        "number": np.arange(1, n + 1),
        "unlisted_us": np.where(opened == start, np.nan, unlisted),
        "listed_us": opened,
        "open_us": np.maximum(before, opened),
        "full_us": full,
        "removed_us": np.where(gone, following, np.nan),
        "until_us": end,
    }
    numbers = own.sort_values("listed_us")["number"].reset_index(drop=True)
    return pd.DataFrame(table).assign(number=numbers, network=network)


def simulate_constant_growth(study: Study, rng: np.random.Generator) -> Redrawn:
    """Simulate member counts of groups that grow equally fast in all years."""
    evidence = Evidence.of(study)
    counts, groups = study.table("snapshots"), evidence.groups
    rows = select_reached(evidence, FULL)
    centre, spread = _log_time(rows)
    days = np.exp(centre + spread * rng.standard_normal(len(groups)))
    full_at = pd.Series(days, groups["group"])
    origin = groups.set_index("group")["origin_us"] / DAY_US
    age = counts["day"] + 1 - counts["group"].map(origin)
    members = np.where(age >= counts["group"].map(full_at), FULL, FULL // 2)
    known = counts["members"].notna()
    return Redrawn(
        study, {"snapshots": counts.assign(members=np.where(known, members, np.nan))}
    )


def _log_time(rows: pd.DataFrame) -> tuple[float, float]:
    """Estimate mean and SD of log time until a group is full (interval-censored)."""
    low, high = np.log(rows["after"].clip(lower=1e-9)), np.log(rows["until"])

    def deviance(parameters: Floats) -> float:
        centre, log_spread = parameters
        scale = np.exp(log_spread)
        inside = norm.cdf((high - centre) / scale) - norm.cdf((low - centre) / scale)
        return float(-np.log(np.maximum(inside, 1e-300)).sum())

    fit = minimize(deviance, np.array([6.0, 0.0]), method="Nelder-Mead")
    return float(fit.x[0]), float(np.exp(fit.x[1]))
