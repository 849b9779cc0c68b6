"""Recompute ratios of message rates, and fixed hours of active groups."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from helpers.study import open_study
from tests.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    lifetimes,
    resampled,
    student,
)


@pytest.mark.parametrize(
    "study", ["fcc_gitter", "komodo_discord", "meshcore_split", "zulip_archives"]
)
def test_novelty_is_a_ratio_of_daily_messages_silent_groups_included(product, study):
    """Compare message rates of days 56–83 and 1–13, silent groups included."""
    tables = open_study(study)
    windows = tables.table("windows").set_index("group")
    late = windows[(windows.window == "56-83") & windows.observed]
    early = windows[windows.window == "1-13"].loc[late.index]
    groups = tables.table("groups").set_index("group", drop=False)
    codes = clusters(groups.loc[late.index])
    count = codes.max() + 1
    sums = np.array([np.bincount(codes, when.messages) for when in (late, early)])
    times = resampled(np.arange(count), 200_000)
    draws = np.log(times @ sums[0]) - np.log(times @ sums[1]) + np.log(13 / 28)
    estimate = np.log(late.messages.sum() / early.messages.sum()) + np.log(13 / 28)
    verdict = product("s0-novelty-decay", study)
    assert verdict.n == len(late)
    assert verdict.estimate == pytest.approx(np.exp(estimate), rel=1e-9)
    limits = student(estimate, draws.std(ddof=1), count)
    assert np.log((verdict.low, verdict.high)) == pytest.approx(limits, abs=0.005)


@pytest.mark.parametrize("study", ["fcc_gitter", "zulip_archives"])
def test_timetables_go_with_the_top_decile_by_an_odds_ratio(product, study):
    """Compute the odds ratio of fixed weekly hours in the most active groups."""
    tables = open_study(study)
    groups = tables.table("groups").set_index("group")
    lives = lifetimes(tables.table("groups"))
    year = lives.group.map((groups.end_us - groups.origin_us) >= 365 * DAY_US)
    alive = lives[(lives.time > 84) & year]
    kept = tables.table("timetables").set_index("group").scheduled
    people = tables.table("short_talk").set_index("group").posters
    people = people.reindex(alive.group, fill_value=0)
    # reconciled when cleaning brought a tie: a decile holds no more than a tenth
    top = (people > people.quantile(0.9)).to_numpy(float)
    scheduled = kept.reindex(alive.group, fill_value=False).to_numpy(float)
    codes = clusters(alive)
    logit = sm.Logit(scheduled, sm.add_constant(top))
    fit = logit.fit(disp=0, cov_type="cluster", cov_kwds={"groups": codes})
    limits = student(fit.params[1], fit.bse[1], codes.max() + 1)
    verdict = product("s1-good-groups-have-schedule", study)
    found = (verdict.estimate, verdict.low, verdict.high)
    assert verdict.n == len(alive)
    assert found == pytest.approx(np.exp((fit.params[1], *limits)), rel=1e-6)
