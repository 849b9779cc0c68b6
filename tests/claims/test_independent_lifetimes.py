"""Supplementary estimates of the committed corpora, recomputed independently.

`tests/recomputation` recomputes the headlines; its lifetimes and states are used here.
Nothing calls `helpers.survival`, `helpers.inference` or the measures. The bootstrap
draws are part of the definition (`cluster_weights` of `helpers.survival.bootstrap`), so
they are repeated. Estimates agree to 1e-6; limits to 0.005, those of ratios and
lifetimes on the log scale.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.claims import estimate_nested_shares
from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.study import open_study
from tests.recomputation import silence_lifetimes
from tests.recomputation.plain_estimators import share_at
from tests.recomputation.test_failure_probabilities import failed
from tests.recomputation.test_shells import states

pytestmark = pytest.mark.usefixtures("kept_verdicts")
DAY = 86_400_000_000
CHATS = ("fcc_gitter", "zulip_archives")
CORPORA = (*CHATS, "w3c_groups", "komodo_discord")
SEED = 20161231
DECIDING, SHOWN = 5000, 1000
LIMITS = 0.005


@cache
def study(name):
    """Open a committed study once."""
    return open_study(name)


def verdict(claim, name):
    """Return the verdict that was computed once for all tests."""
    return load_verdict(claim, study(name))


def lifetimes(name):
    """Return silence-of-60-days lifetimes of a study."""
    return silence_lifetimes.lives(study(name).table("groups"))


def drawn(rows, samples=DECIDING):
    """Return how often each sample holds each row, and t(K − 1)."""
    of = units(rows)
    k = of.max() + 1
    picks = np.random.default_rng(SEED).integers(k, size=(samples, k))
    often = np.array([np.bincount(pick, minlength=k) for pick in picks], float)
    return often[:, of], stats.t.ppf(0.975, k - 1)


def units(rows):
    """Return the number of the independent unit of each row, in order of names."""
    networks, batches = rows["network"].nunique(), rows["batch"].nunique()
    if networks >= 8:
        return np.unique(rows["network"].to_numpy(str), return_inverse=True)[1]
    if 20 <= batches < len(rows):
        return np.unique(rows["batch"].to_numpy(str), return_inverse=True)[1]
    return np.arange(len(rows))


def was_active(days, born):
    """Look for a week of 5 people and 20 messages in a year from birth."""
    for last in {day for day, *_ in days if day < born + 365}:
        week = [(who, n) for day, who, n in days if last - 7 < day <= last]
        if len({who for who, _ in week}) >= 5 and sum(n for _, n in week) >= 20:
            return True
    return False


def test_share_never_active_is_recomputed_by_loops():
    """F2, printed beside: rooms without 5 people and 20 messages in a week."""
    groups = study("fcc_gitter").table("groups")
    rows = groups[groups["end_us"] - groups["origin_us"] >= 365 * DAY]
    table, days = study("fcc_gitter").table("member_days"), {}
    for row in table.itertuples():
        days.setdefault(row.group, []).append((row.day, row.member, row.messages))
    never = np.array([
        not was_active(days.get(g.group, []), g.origin_us // DAY)
        for g in rows.itertuples()
    ])  # fmt: skip
    weights, _ = drawn(rows)
    values, k = weights @ never / weights.sum(axis=1), units(rows).max() + 1
    beside = verdict("s1-over-90-fail", "fcc_gitter").beside
    found = next(one for one in beside if one.name.startswith("never"))

    assert found.name.startswith("never 5")
    assert found.interval.estimate == pytest.approx(never.mean(), abs=1e-6)
    limits = silence_lifetimes.cloglog_limits(never.mean(), values, k)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        limits, abs=LIMITS
    )


def half_line(ages, values):
    """Return where a falling step function is one half, the middle of a rest."""
    at = next((a for a, s in zip(ages, values, strict=True) if s <= 0.5 + 1e-9), np.inf)
    below = next((a for a, s in zip(ages, values, strict=True) if s < 0.5 - 1e-9), None)
    return (at + (ages[-1] if below is None and np.isfinite(at) else below or at)) / 2


def median_limits(rows, time, entry, ended, samples):
    """Return the median and where the limits of log(−log S) cross one half."""
    weights, t = drawn(rows, samples)
    weights = np.vstack([np.ones(len(rows)), weights])
    alive, ages, curve, errors = np.ones(len(weights)), [], [], []
    for age in np.unique(time[ended]):
        watched = ((entry < age) | (entry == 0)) & (time >= age)
        at_risk = np.maximum(weights @ watched, 1e-9)
        alive = alive * (1 - weights @ (ended & (time == age)) / at_risk)
        ages.append(age)
        curve.append(alive[0])
        errors.append(np.std(alive[1:], ddof=1))
    s, se = np.array(curve), np.array(errors)
    inner = (s > 0) & (s < 1)
    ages, s, se = np.array(ages)[inner], s[inner], se[inner]
    reach = t * se / np.abs(s * np.log(s))
    low, high = (np.exp(np.log(s) * np.exp(side * reach)) for side in (1, -1))
    return [half_line(ages, step) for step in (s, low, high)]


def agrees(found, estimate, low, high):
    """Compare a ratio or a lifetime: estimate to 1e-6, limits to 0.005 of the log."""
    assert found.estimate == pytest.approx(estimate, abs=1e-6)
    found_logs, logs = np.log([found.low, found.high]), np.log([low, high])
    assert found_logs == pytest.approx(logs, abs=LIMITS)


@pytest.mark.parametrize("name", CORPORA)
def test_median_lifetime_is_recomputed_by_loops(name):
    """The median lifetime, and where its band crosses one half."""
    rows = lifetimes(name)
    columns = (rows[c].to_numpy() for c in ("exit", "entry", "dead"))
    (found,) = verdict("s0-three-month-death", name).beside

    agrees(found.interval, *median_limits(rows, *columns, SHOWN))


@pytest.mark.parametrize("name", CHATS)
@pytest.mark.parametrize(
    ("claim", "column"),
    [("s1-not-centralised", "top_share"), ("s4-many-centres", "centres")],
)
def test_medians_are_recomputed_by_loops(name, claim, column):
    """The median group, and the values that half of the groups may lie above."""
    windows = study(name).table("windows").query("observed and window == '28-83'")
    lively = windows.query("posters >= 5 and messages >= 100")
    rows = (lively if column == "top_share" else windows).dropna(subset=[column])
    rows = rows.merge(study(name).table("groups")[["group", "network", "batch"]])
    values, found = rows[column].to_numpy(), verdict(claim, name)
    all_ended, from_the_start = np.ones(len(rows), bool), np.zeros(len(rows))
    _, low, high = median_limits(rows, values, from_the_start, all_ended, DECIDING)

    assert found.n == len(values)
    agrees(found, np.median(values), low, high)


@pytest.mark.parametrize("name", CORPORA)
def test_nested_shares_are_recomputed(name):
    """One minus the share surely outside each set, censoring weighted out."""
    groups = study(name).table("groups")
    year = pd.Series(365.0, groups.index)
    rows = lifetimes(name).query("entry == 0").rename(columns={"exit": "time"})
    declined = states(study(name), groups, year)[rows["group"]]
    gone = (rows["dead"] & (rows["time"] <= 365)).to_numpy() | declined
    few = failed(name).set_index("group").loc[rows["group"]]
    thin = gone | (few["dead"] & (few["exit"] <= 365)).to_numpy()
    windows = study(name).table("windows").query("window == '337-364' and observed")
    last = windows.set_index("group").reindex(rows["group"])
    good = (last["posters"] >= 5) & (last["replies"] >= 0.3 * last["messages"])
    surely = [~gone, ~thin, ~thin & good.fillna(value=False).to_numpy(bool)]
    if study(name).observability.replies == "none":
        surely.pop()
    spells = rows.rename(columns={"dead": "died"})
    expected = [1 - share_at(spells, 365.0, holds)[0] for holds in surely]
    found = [row.found for row in estimate_nested_shares(study(name)).rows if row.found]

    assert [f.estimate for f in found] == pytest.approx(expected, abs=1e-6)
