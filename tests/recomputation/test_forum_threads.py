"""Recompute verdicts on a forum's long-running threads from raw posts.

Who is in the frame, when risk begins and where the record ends are E4's words; what is
counted is the register's. Nothing here reads the tables or the estimators.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from tests.recomputation import silence_lifetimes
from tests.recomputation.forum_threads import (
    DAY,
    first_gaps,
    lives,
    lounges,
    posts,
    window,
)
from tests.recomputation.plain_estimators import (
    cloglog_limits,
    cox,
    resampled,
    share_at,
    student,
)

pytestmark = [pytest.mark.shared, pytest.mark.raw]
CORPUS = "zh_s1_lounges"
POINT, LIMIT = 1e-6, 0.005
MONTH = 28


def agrees(found, point, low, high):
    """Assert that estimate and limits equal the recomputed ones."""
    assert found.estimate == pytest.approx(point, abs=POINT)
    assert (found.low, found.high) == pytest.approx((low, high), abs=LIMIT)


def agrees_in_logs(found, ratios):
    """Assert that ratio and limits are equal, as logs."""
    told = np.log([found.estimate, found.low, found.high])
    assert told[0] == pytest.approx(np.log(ratios[0]), abs=POINT)
    assert told[1:] == pytest.approx(np.log(ratios[1:]), abs=LIMIT)


def test_share_silent_by_day_105_is_recomputed(product):
    """Compute failure by day 105 with delayed entry."""
    spells = lives(lounges()[~lounges()["older"]])
    spells = spells[spells["exit"] > spells["entry"]].reset_index(drop=True)
    code = silence_lifetimes.clusters(spells)
    again = silence_lifetimes.failure(
        spells, 105.0, silence_lifetimes.draws(code, times=5000)
    )
    point = silence_lifetimes.failure(spells, 105.0)[0]
    found = product("s0-three-month-death", CORPUS)
    agrees(
        found, point, *silence_lifetimes.cloglog_limits(point, again, len(set(code)))
    )


def _lively(own, first, last):
    """Return which threads have enough posters and quotes."""
    rows = window(first, last)[1]
    by = rows.groupby("lounge")
    quotes = (rows["quoted"] >= 0).groupby(rows["lounge"]).mean()
    holds = (by["user"].nunique() >= 5) & (quotes >= 0.3)
    return own["lounge"].map(holds).fillna(value=False).to_numpy(bool)


@pytest.mark.parametrize(
    ("name", "horizon", "lively"),
    [("s0-success-below-5pct", 365, True), ("s0-half-are-lost-type", 180, False)],
)
def test_shares_alive_and_active_or_inactive_are_recomputed(
    product, name, horizon, lively
):
    """Compute shares alive and active, weighted for censoring."""
    own = lives(lounges()[lounges()["born"]])
    own = own.rename(columns={"exit": "time", "dead": "died"})
    holds = _lively(own, horizon - MONTH, horizon - 1) == lively
    code = pd.factorize(own["batch"])[0]
    point = share_at(own, float(horizon), holds)[0]
    draws = share_at(own, float(horizon), holds, resampled(code))
    found = product(name, CORPUS)
    assert (found.components[0].n, len(own)) == (125, 125)
    agrees(found.components[0], point, *cloglog_limits(point, draws, code.max() + 1))


def test_decline_of_posts_is_recomputed(product):
    """Compare posts per day in days 56–83 and 1–13."""
    early, late = window(1, 13), window(56, 83)
    group = late[0].loc[late[0]["born"], "lounge"]
    said = [one[1].groupby("lounge").size().reindex(group, fill_value=0).to_numpy()
            for one in (early, late)]  # fmt: skip
    code = pd.factorize(late[0].set_index("lounge").loc[group, "batch"])[0]
    kept = np.arange(code.max() + 1)
    by = np.array([np.bincount(code, one) for one in said]).T
    sums = resampled(kept, draws=200_000) @ by
    point = np.log(said[1].sum() / 28) - np.log(said[0].sum() / 13)
    error = np.log(sums[:, 1] / sums[:, 0]).std(ddof=1)
    limits = student(point, error, code.max() + 1)
    found = product("s0-novelty-decay", CORPUS)
    assert found.n == len(group)
    told = np.log([found.estimate, found.low, found.high])
    assert told[0] == pytest.approx(point, abs=POINT)
    assert told[1:] == pytest.approx(limits, abs=LIMIT)


def _batches(names):
    """Return the founding week of each thread as a number."""
    return pd.factorize(lounges().set_index("lounge").loc[names, "batch"])[0]


def median_limits(values):
    """Return distribution-free limits of a median.

    Weeks are drawn; limits of each share by t(K − 1) on the log(−log) scale.
    """
    code = _batches(values.index)
    drawn = resampled(code, draws=20_000)
    steps = np.sort(values.unique())[:-1]
    larger = values.to_numpy()[:, None] > steps
    share = larger.mean(axis=0)
    error = (drawn @ larger / drawn.sum(axis=1, keepdims=True)).std(axis=0, ddof=1)
    reach = stats.t.ppf(0.975, code.max()) * error / np.abs(share * np.log(share))
    low, high = (share ** np.exp(side * reach) for side in (1, -1))
    return steps[low <= 0.5][0], steps[high <= 0.5][0]


def test_top_posters_and_centres_are_recomputed(product):
    """Compute median shares of top posters, and numbers of centres."""
    rows = window(28, 83)[1]
    each = rows.groupby(["lounge", "user"]).size()
    by = each.groupby("lounge").agg(["sum", "max", "size"])
    by = by[(by["sum"] >= 100) & (by["size"] >= 5)]
    found = product("s1-not-centralised", CORPUS)
    assert found.n == len(by)
    top = by["max"] / by["sum"]
    agrees(found, top.median(), *median_limits(top))

    quotes = rows[rows["quoted"] >= 0].groupby(["lounge", "quoted"]).size()
    share = quotes / quotes.groupby("lounge").transform("sum")
    centres = 1 / (share**2).groupby("lounge").sum()
    number, hosts = product("s4-many-centres", CORPUS).components
    assert number.n == len(centres)
    agrees(number, centres.median(), *median_limits(centres))
    alone = [name for name in centres.index if name.isdigit()]  # no host of a series
    opened = posts().drop_duplicates("lounge").set_index("lounge")["user"]
    first = [quotes[name].get(opened[name], 0) == quotes[name].max() for name in alone]
    assert hosts.n == len(alone)
    point, code = np.mean(first), _batches(alone)
    drawn = resampled(code, draws=50_000)
    again = drawn @ np.array(first) / drawn.sum(axis=1)
    agrees(hosts, point, *cloglog_limits(point, again, code.max() + 1))


def _newcomers():
    """Return new posters: quoted within a day, days until the last post."""
    born = lounges()[lounges()["born"]].set_index("lounge")
    rows = posts()[posts()["lounge"].isin(born.index)]
    people = rows.groupby(["lounge", "user"])["minute"].agg(["min", "max"])
    quotes = rows[rows["quoted"] >= 0][["lounge", "quoted", "minute"]]
    quotes = quotes.rename(columns={"quoted": "user"}).merge(
        people, on=["lounge", "user"]
    )
    quotes = quotes[quotes["minute"] > quotes["min"]]
    soon = quotes.groupby(["lounge", "user"])[["minute", "min"]].min()
    answered = people.index.isin(soon.index[soon["minute"] - soon["min"] <= DAY])
    lounge = people.index.get_level_values("lounge")
    until = born.loc[lounge, "end"].to_numpy() - 60 * DAY
    landmark = (people["min"] + DAY).to_numpy()
    gone = people["max"] < until
    stop = np.where(gone, people["max"], until)
    table = pd.DataFrame({
        "lounge": lounge, "answered": answered, "gone": gone.to_numpy(),
        "days": np.clip((stop - landmark) / DAY, 0, None),
        "batch": born.loc[lounge, "batch"].to_numpy(),
    })  # fmt: skip
    return table[until > landmark]


def _strata():
    """Yield life tables by thread and time since joining."""
    people = _newcomers()
    for start, stop in ((0, 7), (7, 28), (28, 84), (84, np.inf)):
        went = people["gone"] & (people["days"] < stop)
        known = went | (people["days"] >= stop) | np.isinf(stop)
        here = people[(people["days"] >= start) & known].assign(went=went)
        for _, own in here.groupby("lounge"):
            side = own["answered"].to_numpy()
            yield (
                start,
                own["batch"].iloc[0],
                np.array([side.sum(), (~side).sum()]),
                np.array([(own["went"] & side).sum(), (own["went"] & ~side).sum()]),
            )


def _efron(at_risk, went, slope):
    """Return score and information of one stratum with ties."""
    many = went.sum()
    left = at_risk - np.arange(many)[:, None] / max(many, 1) * went
    risk = left[:, 1] * np.exp(slope) / (left[:, 0] + left[:, 1] * np.exp(slope))
    return went[1] - risk.sum(), (risk * (1 - risk)).sum()


def test_hazard_of_unquoted_newcomers_is_recomputed(product):
    """Compute the hazard ratio of newcomers who were not quoted."""
    strata = list(_strata())
    first = sum(n.sum() for start, _, n, _ in strata if start == 0)
    slope = optimize.brentq(
        lambda at: sum(_efron(n, d, at)[0] for _, _, n, d in strata), -2, 2, xtol=1e-12
    )
    parts = pd.DataFrame([(b, *_efron(n, d, slope)) for _, b, n, d in strata])
    scores, information = parts.groupby(0)[1].sum(), parts[2].sum()
    k = parts[0].nunique()
    error = np.sqrt((scores**2).sum() * k / (k - 1)) / information
    limits = np.array(student(slope, error, k))
    component = product("s4-aloofness-hurts", CORPUS).components[0]
    assert component.n == first
    agrees_in_logs(component, np.exp([slope, *limits]))


def test_hazard_ratio_by_founding_day_is_recomputed(product):
    """Compute the hazard ratio by day of founding."""
    spells = lives(lounges()[~lounges()["older"]])
    stop = spells["exit"].clip(upper=365)
    rows = spells.assign(stop=stop, died=spells["dead"] & (spells["exit"] <= 365))
    rows = rows[rows["stop"] > rows["entry"]].reset_index(drop=True)
    code = pd.factorize(rows["batch"])[0]
    year = (rows["birth"] - rows["birth"].min()) / DAY / 365
    ratios = cox(rows["entry"], rows["stop"], rows["died"], (year,), code)
    found = product("s0-later-cohorts-harder", CORPUS)
    assert found.n == len(rows)
    agrees_in_logs(found, ratios)


def _months():
    """Return posts and core posters by thread and month of age."""
    born = lounges()[lounges()["born"]]
    rows = posts().merge(born[["lounge", "birth"]], on="lounge")
    rows["month"] = (rows["minute"] - rows["birth"]) // (MONTH * DAY)
    rows["day"] = (rows["minute"] - rows["birth"]) // DAY
    people = rows.groupby(["lounge", "month", "user"])
    people = people.agg(days=("day", "nunique"), said=("minute", "size")).reset_index()
    by = people.assign(core=people["days"] >= 8).groupby(["lounge", "month"])
    return by.agg(said=("said", "sum"), size=("user", "size"), core=("core", "sum"))


def test_months_after_core_members_are_recomputed(product):
    """Compute the hazard ratio of months with five core members."""
    spells, counts = first_gaps(lounges()[lounges()["born"]]), _months()
    rows = []
    for one in spells.itertuples():
        for month in range(1, int(np.ceil(one.time / MONTH))):
            said, size, core = counts.T.get((one.lounge, month - 1), (0, 0, 0))
            stop = min(one.time, (month + 1) * MONTH)
            if core >= 5 or core <= 1:
                rows.append((
                    month * MONTH, stop, one.died and stop == one.time, core >= 5,
                    np.log1p(said), np.log1p(size), one.batch, one.lounge,
                ))  # fmt: skip
    start, stop, died, core, said, size, batch, lounge = zip(*rows, strict=True)
    code = pd.factorize(pd.Series(batch))[0]
    ratios = cox(start, stop, np.array(died), (core, said, size), code)
    found = product("s4-core-members-needed", CORPUS)
    assert found.note.startswith(f"{len(rows)} group-months of {len(set(lounge))}")
    agrees_in_logs(found, ratios)
