"""Recompute hazards after day 28 by earlier exposures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import minimize_scalar

from helpers.study import open_study
from tests.recomputation.plain_estimators import alive_at_28, clusters, same_hazards

BOTH = ("fcc_gitter", "zulip_archives")


@pytest.mark.parametrize("study", BOTH)
def test_centralisation_is_measured_against_chance(product, study):
    """Compute the hazard ratio per unit of reply concentration.

    Size and volume are adjusted as they stood at the landmark (§0, timing gate).
    """
    rows = alive_at_28(study).dropna(subset=["centres", "centres_null"])
    excess = np.log(rows.centres_null / rows.centres)
    talk = (np.log1p(rows.posters), np.log1p(rows.messages))
    verdict = product("s0-decentralised-better", study)
    same_hazards(verdict, rows, 28, excess / excess.std(), *talk)


@pytest.mark.parametrize("study", BOTH)
def test_the_top_tercile_of_replies_is_held_against_the_bottom(product, study):
    """Compute the hazard ratio of groups with many and few replies."""
    rows = alive_at_28(study)
    ratio = rows.replies_explicit / rows.messages
    low, high = ratio.quantile([1 / 3, 2 / 3])
    ends = rows[(ratio <= low) | (ratio >= high)]
    verdict = product("s2-basic-service-fades", study)
    same_hazards(verdict, ends, 28, ratio[ends.index] >= high, np.log1p(ends.messages))


@pytest.mark.parametrize("study", BOTH)
def test_broadcasting_is_the_top_posters_unanswered_messages(product, study):
    """Compute the hazard ratio by share of unanswered messages."""
    rows = alive_at_28(study).merge(open_study(study).table("beginnings"), on="group")
    index = rows.top_unanswered / rows.messages / 0.2
    verdict = product("s4-organisation-not-media", study)
    same_hazards(verdict, rows, 28, index, np.log1p(rows.messages))


def negative_binomial(counts, design, codes):
    """Fit a negative binomial model with robust errors.

    Scores are summed by cluster; expected information, K/(K − 1), t(K − 1).
    """

    def fitted(log_dispersion):
        family = sm.families.NegativeBinomial(alpha=np.exp(log_dispersion))
        return sm.GLM(counts, design, family=family).fit(tol=1e-14)

    best = minimize_scalar(lambda at: -fitted(at).llf, bounds=(-5, 5), method="bounded")
    slopes = fitted(best.x).params
    mean = np.exp(design @ slopes)
    over = 1 + np.exp(best.x) * mean
    bread = np.linalg.inv(design.T @ (design * (mean / over)[:, None]))
    score = pd.DataFrame(design * ((counts - mean) / over)[:, None])
    by, count = score.groupby(codes).sum().to_numpy(), len(set(codes))
    spread = bread @ by.T @ by @ bread * count / (count - 1)
    return slopes, spread, stats.t.ppf(0.975, count - 1)


def difference(found, slopes, spread, t):
    """Assert that the difference of two coefficients is equal."""
    reach = t * np.sqrt(spread[1, 1] + spread[2, 2] - 2 * spread[1, 2])
    apart = slopes[1] - slopes[2]
    assert found.estimate == pytest.approx(apart, abs=1e-6)
    told = (found.low, found.high)
    assert told == pytest.approx((apart - reach, apart + reach), abs=0.005)


def fieller(slopes, spread, t):
    """Compute Fieller's limits of a ratio of coefficients.

    It is without end where the second slope is not told from 0.
    """
    top, low = slopes[1:3]
    a, b, c = (
        low**2 - t**2 * spread[2, 2], t**2 * spread[1, 2] - top * low,
        top**2 - t**2 * spread[1, 1],
    )  # fmt: skip
    if a <= 0:
        return -np.inf, np.inf
    root = np.sqrt(b**2 - a * c)
    return (-b - root) / a, (-b + root) / a


@pytest.mark.parametrize("study", [*BOTH, "komodo_discord", "meshcore_split"])
def test_retained_against_new_posters_of_the_second_month(product, study):
    """Compare elasticities of later posters to retained and new ones."""
    tables = open_study(study)
    windows, months = tables.table("windows"), tables.table("months")
    late = windows[(windows.window == "152-179") & windows.observed]
    second = months[months.month == 1].set_index("group")
    second = second.reindex(late.group, fill_value=0)
    design = sm.add_constant(np.log1p(second[["retained", "newcomers"]].to_numpy()))
    groups = tables.table("groups").set_index("group", drop=False)
    codes = clusters(groups.loc[late.group])
    verdict = product("s4-retention-beats-acquisition", study)
    assert verdict.n == len(late)
    counts = late.posters.to_numpy(float)
    difference(verdict, *negative_binomial(counts, design, codes))
