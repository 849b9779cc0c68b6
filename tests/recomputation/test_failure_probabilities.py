"""Recompute failure probabilities by Kaplan–Meier in plain NumPy."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from helpers.study import open_study
from tests.recomputation.low_activity_states import by_day, few_posters, first_day
from tests.recomputation.silence_lifetimes import (
    DAY_US,
    cloglog_limits,
    clusters,
    draws,
    failure,
    late,
    lives,
    watched,
)

POINT, LIMIT = 1e-6, 0.005
STUDIES = [
    "fcc_gitter", "komodo_discord", "meshcore_split", "w3c_groups", "zulip_archives",
]  # fmt: skip
FAILURE_BY_R = """
library(survival)
d <- read.csv("lives.csv")
fit <- survfit(Surv(entry, exit, dead) ~ 1, data = d)
cat(format(1 - summary(fit, times = 105)$surv, digits = 12))
"""
PARTS = 100  # of 2,000 draws where some hold no death: these are far out and few


def failed(study):
    """Return lifetimes that end with silence or too few posters."""
    groups = open_study(study).table("groups")
    spells = lives(groups)
    if groups.posters.isna().all():
        return spells
    days = int(((groups.end_us - groups.origin_us) / DAY_US).max()) + 40
    rates = open_study(study).table("rates")
    posters = by_day(rates, "posters_28", len(groups), days)
    few = first_day(few_posters(posters))[spells.group.to_numpy()]
    known = np.minimum(spells.followed, spells.whole - 56)
    sooner = (few <= known) & (few < spells.exit)
    return spells.assign(
        exit=np.where(sooner, few, spells.exit), dead=spells.dead | sooner
    )


def limits(spells, age, study):
    """Return bootstrap limits, including timestamp error."""
    error = open_study(study).manifest.time_error_days
    cluster = clusters(spells)
    many = len(set(cluster))
    told = {
        at: limits_at(spells, at, again(spells, at, cluster), many)
        for at in {age - error, age + error}
    }
    return told[age - error][0], told[age + error][1]


def again(spells, at, cluster):
    """Return the failure probability in each bootstrap sample."""
    parts = PARTS if len(set(cluster)) <= 10 else 1
    return np.concatenate(
        [failure(spells, at, draws(cluster, seed=seed)) for seed in range(1, parts + 1)]
    )


def limits_at(spells, at, again, many):
    """Return limits on the cloglog scale; exact without failures."""
    half = 0.5 / len(spells)
    return cloglog_limits(failure(spells, at)[0], again.clip(half, 1 - half), many)


def agrees(interval, spells, age, study):
    """Assert that the failure probability and limits are equal."""
    assert failure(spells, age)[0] == pytest.approx(interval.estimate, abs=POINT)
    told = (interval.low, interval.high)
    assert limits(spells, age, study) == pytest.approx(told, abs=LIMIT)


@pytest.mark.parametrize("study", STUDIES)
def test_failure_probability_at_day_105_is_recomputed(product, study):
    """Compute the share dead by day 105 after 60 days of silence."""
    spells = lives(open_study(study).table("groups"))
    agrees(product("s0-three-month-death", study), spells, 105, study)


@pytest.mark.parametrize("study", ["fcc_gitter", "w3c_groups"])
def test_failure_within_a_year_is_recomputed(product, study):
    """Compute the share failed by day 365, by both definitions."""
    result = product("s1-over-90-fail", study)
    agrees(result, failed(study), 365, study)
    alone = {one.name: one.interval for one in result.beside}["silence alone"]
    agrees(alone, lives(open_study(study).table("groups")), 365, study)


@pytest.mark.r
@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not on this machine")
@pytest.mark.parametrize("study", ["fcc_gitter", "w3c_groups"])
def test_failure_probability_at_day_105_equals_r(product, study, tmp_path):
    """Compute the same failure probability by R's survfit."""
    rows = from_twenty_at_risk(lives(open_study(study).table("groups")))
    # R takes what lies within 1e-8 for one time, and no life may have length 0
    rows = rows.assign(exit=rows.exit.clip(lower=1e-3), dead=rows.dead.astype(int))
    rows[["entry", "exit", "dead"]].to_csv(tmp_path / "lives.csv", index=False)
    told = subprocess.run(
        [shutil.which("Rscript"), "-e", FAILURE_BY_R],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip

    found = product("s0-three-month-death", study).estimate
    assert found == pytest.approx(float(told.stdout), abs=POINT)


def from_twenty_at_risk(spells):
    """Return lifetimes from the first death with 20 at risk."""
    if not late(spells):
        return spells
    times = np.unique(spells.exit[spells.dead])
    begin = times[np.argmax(watched(spells, times).sum(axis=1) >= 20)]
    return spells[spells.exit >= begin]
