"""Recompute filling times of numbered groups from the raw list."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from tests.recomputation.register_lifetimes import day, raw


def listed():
    """Return the groups with first and last listing."""
    rows = raw("zh_numbered_groups", "groups.csv")
    times = [
        "first_listed", "listed_after", "first_full", "last_not_full", "removed",
        "observed_until",
    ]  # fmt: skip
    for name in times:
        rows[name] = day(rows[name])
    order = rows.sort_values(["first_listed", "group"]).groupby("repo").cumcount() + 1
    rows["nth"] = rows["ordinal"].fillna(order)
    return rows[rows["listed_after"].notna() & rows["shared_with"].isna()]


def log_chance(a, b):
    """Return the log probability of a normal value in an interval."""
    p = np.where(a > 0, stats.norm.sf(a) - stats.norm.sf(b),
                 stats.norm.cdf(b) - stats.norm.cdf(a))  # fmt: skip
    return np.log(np.maximum(p, 1e-300))


@pytest.mark.shared
def test_filling_time_per_year_is_recomputed(product):
    """Fit the yearly change of time to fill by direct maximisation."""
    rows = listed()
    full = rows["first_full"].notna()
    low = np.where(
        full,
        rows["last_not_full"] - rows["first_listed"],
        rows["removed"].fillna(rows["observed_until"]) - rows["first_listed"],
    )
    low = np.nan_to_num(np.clip(low, 0, None))
    high = np.where(full, rows["first_full"] - rows["listed_after"], np.inf)
    year = rows["first_listed"] / 365.25
    mean = year.groupby(rows["repo"]).transform("mean")
    x = np.column_stack(
        [np.ones(len(rows)), year - mean, mean - year.min(), rows["nth"] > 1]
    ).astype(float)
    with np.errstate(divide="ignore"):
        logs = np.log(low), np.log(high)

    def each(theta):
        return log_chance(*((log - x @ theta[:4]) / theta[4] for log in logs))

    best = np.array([4.0, 0.0, 0.0, 0.0, 1.5])
    for _ in range(4):
        best = optimize.minimize(
            lambda theta: -each(theta).sum() if theta[4] > 0 else 1e9, best,
            method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12,
                                           "maxiter": 20_000, "maxfev": 20_000},
        ).x  # fmt: skip
    steps = np.eye(5) * 1e-4

    def slopes(at):
        return np.column_stack([(each(at + s) - each(at - s)) / 2e-4 for s in steps])

    sums = pd.DataFrame(slopes(best)).groupby(rows["repo"].to_numpy()).sum()
    bend = np.array(
        [(slopes(best + s) - slopes(best - s)).sum(0) / 2e-4 for s in steps]
    )
    bread, k = np.linalg.inv(-bend), len(sums)
    spread = bread @ (sums.T.to_numpy() @ sums.to_numpy()) @ bread.T * k / (k - 1)
    reach = stats.t.ppf(0.975, k - 1) * np.sqrt(spread[1, 1])

    found = product("s2-slower-fill", "zh_numbered_groups")
    logs_found = np.log([found.estimate, found.low, found.high])
    assert (len(rows), int(full.sum())) == (333, 167)
    assert logs_found[0] == pytest.approx(best[1], abs=1e-6)
    told = [best[1] - reach, best[1] + reach]
    assert logs_found[1:] == pytest.approx(told, abs=0.005)


@pytest.mark.shared
def test_doubling_time_of_project_groups_is_recomputed(product):
    """Compute the doubling time of projects' groups over 14 months.

    Projects are told apart by their numbers of groups only. As many births more or
    less as a Poisson count's error allows; none left is never.
    """
    rows = raw("zh_numbered_groups", "groups.csv")
    rows["at"] = day(rows["first_listed"])
    found = []
    for _, own in rows.groupby("repo"):
        start = own["at"].min()
        if (own["at"] > start).sum() < 20:
            continue
        stop = start + 14 * 30.44
        births = ((own["at"] > start) & (own["at"] <= stop)).sum()
        lived = (stop - own["at"].clip(upper=stop)).sum()
        error = stats.norm.ppf(0.975) * np.sqrt(births)
        rates = np.array([births, births + error, births - error]) / lived
        found.append(np.where(rates > 0, np.log(2) / rates, np.inf))
    parts = product("s0-fission-speed", "zh_numbered_groups").parts
    told = [
        (one.interval.estimate, one.interval.low, one.interval.high)
        for one in parts if one.interval
    ]  # fmt: skip
    assert np.sort(told, axis=0) == pytest.approx(np.sort(found, axis=0), rel=1e-6)
    assert len(found) == 3
