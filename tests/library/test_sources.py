"""Lifetimes of several sources, windows of age, results and the cluster bootstrap."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import helpers as sq
from helpers.errors import ShequnError


def test_lives_give_the_stored_share_silent_by_day_105() -> None:
    """Lives give the stored share silent by day 105."""
    stored = sq.read_results("answers/estimates").query(
        "claim == 's0-three-month-death' and reading == 'silent'"
    )
    stored = stored.set_index("study")["estimate"]
    lives = sq.lives(["zulip_archives", "w3c_groups"])
    for name, rows in lives[~lives["never_active"]].groupby("source"):
        fit = sm.SurvfuncRight(rows["day"], rows["ended"], entry=rows["entry"])
        silent = 1 - fit.surv_prob[fit.surv_times <= 105].min()
        assert silent == pytest.approx(stored[name], abs=1e-3)


def test_a_group_is_watched_until_it_is_closed() -> None:
    """A closing is an end of its own: no lifetime lasts longer."""
    groups = sq.load("w3c_groups").table("groups").set_index("group")
    closed = groups[groups["closed_us"].notna() & groups["closed_kind"].ne("completed")]
    lives = sq.lives(["w3c_groups"]).set_index("group")
    ages = (closed["closed_us"] - closed["origin_us"]) / 86_400_000_000
    assert (lives["day"].reindex(closed.index) <= np.ceil(ages.clip(1)))[
        closed.index.isin(lives.index)
    ].all()


def test_list_without_messages_keeps_its_group_numbers() -> None:
    """List without messages keeps its group numbers."""
    lives = sq.lives(["london_meetup"])
    numbers = sq.load("london_meetup").table("registry")["group"]
    assert set(lives["group"]) <= set(numbers)
    assert (lives["day"] > lives["entry"]).all()


def test_windows_leave_out_groups_not_observed_throughout() -> None:
    """Windows leave out groups not observed throughout."""
    rows = sq.windows(["zh_s1_lounges"], "28-83")
    assert rows["observed"].all()
    with pytest.raises(ShequnError, match="no window '1-2'"):
        sq.windows(["fcc_gitter"], "1-2")


def test_bootstrap_draws_whole_clusters() -> None:
    """Bootstrap draws whole clusters."""
    rows = pd.DataFrame(
        {"cluster": np.repeat(["a", "b"], 50), "x": np.repeat([0, 1], 50)}
    )
    draws = sq.bootstrap_clusters(rows, lambda some: float(some["x"].mean()), seed=3)
    assert set(draws) == {0.0, 0.5, 1.0}
    with pytest.raises(ShequnError, match="one cluster"):
        sq.bootstrap_clusters(rows[rows["x"] == 0], lambda some: float(len(some)))


def test_unknown_results_name_those_there_are() -> None:
    """Unknown results name those there are."""
    with pytest.raises(ShequnError, match="comparison"):
        sq.read_results("held_out/nothing")


def test_groups_from_a_list_enter_when_first_seen() -> None:
    """Groups from a list enter when first seen."""
    rows = pd.DataFrame(
        {
            "born": ["2020-01-01", "2020-01-01"],
            "seen": ["2020-01-01", "2021-01-01"],
            "last": ["2022-01-01", "2022-01-01"],
        }
    )
    groups = sq.groups_from(
        rows, born="born", last="last", entry="seen", seen="2023-01-01"
    )
    assert sorted(sq.silence(groups, days=180).entry) == [0.0, 366.0]


def test_cox_formula_on_lifetimes_equals_statsmodels() -> None:
    """Cox formula on lifetimes equals statsmodels."""
    study = sq.load("fcc_gitter")
    lives = sq.silence(study)
    groups = study.table("groups").assign(talk=lambda t: np.log1p(t["early_messages"]))
    fit = lives.fit_cox("talk", groups)
    rows = lives.to_frame().merge(groups[["group", "talk"]], on="group")
    rows = rows[rows["durations"] > 0]
    second = sm.PHReg(
        rows["durations"], rows[["talk"]], status=rows["ended"], ties="efron"
    )
    assert fit.params[0] == pytest.approx(second.fit().params[0], rel=1e-6)
