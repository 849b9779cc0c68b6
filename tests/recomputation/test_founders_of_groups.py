"""Recompute what founders' earlier contacts and standing go with in their groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.study import open_study
from tests.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    from_birth,
    lifetimes,
    resampled,
    student,
    waiting,
)

SOURCE, HALF_YEAR = "zulip_archives", 180.0


def founded_groups(network, record, followed):
    """Return a network's groups with their founder, a record before and days after."""
    study = open_study(SOURCE)
    founders = study.table("founders").query("replies == 'either'")
    founders = founders.rename(columns={"posters": "first_posters"})
    groups = from_birth(study)
    rows = groups[groups.network == network].merge(founders, on="group")
    days = (rows.end_us - rows.origin_us) / DAY_US
    kept = (rows.record_days >= record) & (days >= followed)
    return rows[kept].reset_index(drop=True)


def part_of(verdict, network):
    """Return the verdict of one network."""
    return next(v for v in verdict.parts if v.study.endswith(f"/{network}"))


def fit_later_posters(network):
    """Return people, design by quarters of acquaintances, family and clusters.

    The dispersion is that of a joint maximum likelihood fit.
    """
    rows = founded_groups(network, 90, 90)
    rows = rows[rows.first_posters >= 5].reset_index(drop=True)
    design = sm.add_constant((rows.met / (rows.first_posters - 1) / 0.25).to_numpy())
    people = rows.later_posters.to_numpy()
    joint = sm.NegativeBinomial(people, design)
    spread = joint.fit(disp=0, method="bfgs", maxiter=500).params[-1]
    family = sm.families.NegativeBinomial(alpha=spread)
    return people, design, family, clusters(rows)


@pytest.mark.parametrize("network", ["lean", "rust"])
def test_later_posters_by_founders_contacts_are_recomputed(product, network):
    """Fit estimating equations with independence inside clusters."""
    people, design, family, codes = fit_later_posters(network)
    fit = sm.GEE(people, design, groups=codes, family=family).fit(ctol=1e-10)
    count = codes.max() + 1
    error = fit.bse[1] * np.sqrt(count / (count - 1))
    expected = np.exp([fit.params[1], *student(fit.params[1], error, count)])
    found = part_of(product("s3-groups-start-with-friends", SOURCE), network)
    assert found.n == len(people) >= 50  # the gate
    assert [found.estimate, found.low, found.high] == pytest.approx(expected, rel=1e-4)


def test_barely_active_groups_by_founders_standing_are_recomputed(product):
    """Alive at half a year without five posters or three answers to ten messages."""
    rows = founded_groups("lean", HALF_YEAR, 0).dropna(subset="as_many")
    rows = rows[(rows.end_us - rows.origin_us) / DAY_US - waiting(rows) >= HALF_YEAR]
    windows = open_study(SOURCE).table("windows").query("window == '152-179'")
    lives = lifetimes(rows).merge(windows, on="group", how="left")
    lively = (lives.posters >= 5) & (lives.replies >= 0.3 * lives.messages)
    adrift = ((lives.time >= HALF_YEAR) & ~lively).to_numpy()
    standing = (rows.as_many <= 0.10).to_numpy()
    codes = clusters(lives)
    draws = np.vstack([np.ones(len(lives)), resampled(codes)])
    arms = [
        (draws[:, arm] @ adrift[arm]) / draws[:, arm].sum(axis=1)
        for arm in (standing, ~standing)
    ]
    estimate, *again = arms[0] - arms[1]
    expected = student(estimate, np.std(again, ddof=1), codes.max() + 1)
    found = part_of(product("s0-bigname-groups-adrift", SOURCE), "lean")
    assert found.n == len(lives)
    assert min(standing.sum(), (~standing).sum()) >= 30  # the gate
    assert found.estimate == pytest.approx(estimate, abs=1e-9)
    assert (found.low, found.high) == pytest.approx(expected, abs=0.01)
    share = pd.Series(standing[adrift]).mean()
    assert found.components[1].estimate == pytest.approx(share, abs=1e-9)
