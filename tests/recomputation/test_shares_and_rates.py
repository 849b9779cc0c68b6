"""Recompute shares and rates, resampling people or groups."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from helpers.study import open_study

POINT, LIMIT = 1e-6, 0.005


def mean_limits(values, draws=4000):
    """Compute bootstrap limits of a mean by Student's t."""
    n = len(values)
    sample = np.random.default_rng(1).integers(0, n, (draws, n))
    spread = np.asarray(values)[sample].mean(axis=1).std(ddof=1)
    step = stats.t.ppf(0.975, n - 1) * spread
    return np.mean(values) - step, np.mean(values) + step


def hourly(notes):
    """Compute notes per hour of spare time over working hours."""
    return notes["spare"] / 48 / (notes["work"] / 35)


def ratio_limits(notes, draws=4000):
    """Compute bootstrap limits of a ratio on the log scale."""
    n = len(notes)
    sample = np.random.default_rng(1).integers(0, n, (draws, n))
    sums = {name: notes[name].to_numpy()[sample].sum(axis=1) for name in notes}
    step = stats.t.ppf(0.975, n - 1) * np.log(hourly(sums)).std(ddof=1)
    return hourly(notes.sum()) * np.exp(-step), hourly(notes.sum()) * np.exp(step)


@pytest.mark.parametrize(
    ("study", "key", "base", "step"),
    [
        ("chicago_rug", ["cohort"], "joined", "attended"),
        ("rust_teams", ["group"], "listed 90 days or more", "wrote in the stream"),
    ],
)
def test_share_of_people_who_never_act_is_recomputed(product, study, key, base, step):
    """Compute the mean share of people who never took a step."""
    rows = open_study(study).table("funnels")
    people = rows.groupby([*key, "step"]).people.sum().unstack()
    people = people[people[base] >= 10]
    silent = 1 - people[step] / people[base]
    result = product("s0-lurkers-are-many", study)
    assert silent.mean() == pytest.approx(result.estimate, abs=POINT)
    told = (result.low, result.high)
    assert mean_limits(silent) == pytest.approx(told, abs=LIMIT)


def test_share_of_silent_members_by_channel_is_recomputed(product):
    """Compute the share of members silent for 84 days, with bounds.

    Until 2026-11-22 those gone who had written were in the denominator too.
    """
    rows = open_study("raku_irc").table("roster").query("within_days == 84")
    rows = rows[rows.members >= 10]
    stayed = (
        rows.lurkers / (rows.members - rows.gone_silent - rows.gone_spoke)
    ).dropna()
    result = product("s0-lurkers-are-many", "raku_irc")
    assert stayed.mean() == pytest.approx(result.estimate, abs=POINT)
    low = mean_limits(rows.lurkers / rows.members)[0]
    high = mean_limits((rows.lurkers + rows.gone_silent) / rows.members)[1]
    assert (low, high) == pytest.approx((result.low, result.high), abs=LIMIT)


def test_spare_time_ratio_is_recomputed(product):
    """Compare notes per hour of spare time and working hours."""
    study = open_study("cn_colearning")
    facts = study.table("facts").query("fact == 'own_clock' and value == 1")
    registry = study.table("registry")
    ours = registry.network.str.contains("Intensive")
    rows = study.table("rhythm")
    rows = rows[rows.group.isin(set(facts.group) & set(registry.group[ours]))]
    rows = rows[rows.groupby("group")["items"].transform("sum") >= 100]
    week, hour = rows.weekday < 5, rows.hour
    work = week & (hour.between(9, 11) | hour.between(14, 17))
    spare = (week & hour.between(19, 22)) | (~week & hour.between(9, 22))
    rows, work = rows[work | spare], work[work | spare]
    notes = rows["items"].groupby(
        [rows.group, work.map({True: "work", False: "spare"})]
    )
    notes = notes.sum().unstack().fillna(0)
    result = product("s1-cognitive-surplus", "cn_colearning")
    assert hourly(notes.sum()) == pytest.approx(result.estimate, rel=POINT)
    told = (result.low, result.high)
    assert ratio_limits(notes) == pytest.approx(told, rel=LIMIT)
