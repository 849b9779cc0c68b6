"""Fit the forecast again by code that shares nothing with it, from tables of days.

Rows from `rates` by plain pandas; a marginal likelihood on a grid of place effects
instead of Laplace's approximation, climbed by BFGS with numerical slopes
of standardised columns.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

import helpers as sq
from helpers.study import open_studies

DAY = 86_400_000_000
AGES = (7, 14, 28, 56, 84, 105, 140, 200, 280, 365, 500, 730, 1000, 1400)
NODES = np.linspace(-3.5, 3.5, 81)  # place effects, in standard deviations
WEIGHTS = np.exp(-(NODES**2) / 2)
STATES = (
    (7, 5, 2, 2), (28, 27, 1, 1), (28, 10, 3, 2), (28, 2, 20, 6), (60, 59, 0, 0),
    (60, 5, 8, 3), (120, 3, 5, 2), (120, 20, 5, 2), (200, 61, 0, 0), (364, 200, 0, 0),
)  # fmt: skip


def _list_rows(study):
    groups = study.table("groups").dropna(subset="first_us").set_index("group")
    groups = groups[groups["entry_us"] <= groups["first_us"]]
    rates = study.table("rates").sort_values(["group", "age_day"])
    many = len(set(groups["network"])) > 1
    for group, own in rates[rates["group"].isin(groups.index)].groupby("group"):
        about = groups.loc[group]
        watched = (about["end_us"] - about["origin_us"]) / DAY
        days = own["age_day"].to_numpy()
        count, people = own["messages_28"].to_numpy(), own["posters_28"].to_numpy()
        at = np.searchsorted(days, np.arange(int(watched) + 1), side="right") - 1
        trailing = np.where(at >= 0, count[at], 0)
        daily = trailing.copy()
        for day in range(1, len(daily)):
            gone = daily[day - 28] if day >= 28 else 0
            daily[day] = trailing[day] - trailing[day - 1] + gone
        for age in AGES:
            if age + 60 > watched:
                break
            last = np.flatnonzero(daily[:age]).max()
            place = f"{study.name}/{about['network']}" if many else study.name
            silent = not daily[age : age + 60].any()
            yield place, group, age, people[at[age - 1]], age - 1 - last, silent


@pytest.fixture(scope="module")
def rows():
    """Return the rows of all chats, built from their tables."""
    names = ["place", "group", "age", "writers", "since", "silent"]
    able = [s for s in open_studies() if s.manifest.kind == "chat"]
    able = [s for s in able if {"groups", "rates"} <= set(s.manifest.tables)]
    made = pd.DataFrame([row for s in able for row in _list_rows(s)], columns=names)
    sizes = made.groupby("place")["group"].transform("nunique")
    return made[sizes >= 8]


def _build(age, since, writers):
    quiet = (np.asarray(since) >= 28) * 1.0
    since, age = np.log1p(np.asarray(since, float)), np.log(np.asarray(age) / 28.0)
    spoke = np.log1p(np.asarray(writers, float))
    return np.stack([spoke, since, age, quiet, quiet * since, quiet * age], axis=-1)


def _fit(rows):
    """Return a function from states to shares."""
    raw = _build(rows["age"], rows["since"], rows["writers"])
    mean, scale = raw.mean(axis=0), raw.std(axis=0)
    columns, sign = (raw - mean) / scale, np.where(rows["silent"], 1.0, -1.0)
    start = np.flatnonzero(np.r_[True, np.diff(pd.factorize(rows["place"])[0]) != 0])

    def loss(theta):
        odds = theta[0] + columns @ theta[1:7]
        shifts = np.exp(theta[7]) * NODES
        each = -np.logaddexp(0, -sign[:, None] * (odds[:, None] + shifts))
        by_place = np.add.reduceat(each, start, axis=0)
        top = by_place.max(axis=1, keepdims=True)
        fit = np.log(np.exp(by_place - top) @ (WEIGHTS / WEIGHTS.sum())) + top[:, 0]
        return -fit.sum() + np.exp(2 * theta[7]) / 2

    theta = minimize(loss, np.zeros(8), method="BFGS").x
    return lambda *state: (
        1 / (1 + np.exp(-theta[0] - (_build(*state) - mean) / scale @ theta[1:7]))
    )


def test_rows_are_those_of_the_moments(rows):
    """One row each for the groups and ages that the verb lists."""
    listed = sq.moments(sorted({place.split("/")[0] for place in rows["place"]}))
    sizes = listed.groupby("place")["group"].transform("nunique")
    listed = listed[sizes >= 8]
    keys = ["place", "group", "age"]
    both = rows.merge(listed, on=keys, how="outer", validate="one_to_one")
    assert both["since"].eq(both["days_since"]).all()
    assert both["writers_x"].eq(both["writers_y"]).all()
    assert both["silent_x"].eq(both["silent_y"]).all()


def test_refit_tells_the_same(rows):
    """Coefficients typed in by hand would not move with the data."""
    told = _fit(rows.sort_values("place"))
    for age, since, messages, writers in STATES:
        own = sq.predict_silence(age, since, messages, writers).share
        assert float(told(age, since, writers)) == pytest.approx(own, abs=0.02)
