"""Recompute how forum threads end: silence, few posters, absent hosts.

From the raw posts, by the register and its stand-ins (E4) alone.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.recomputation import silence_lifetimes
from tests.recomputation.forum_threads import BEIJING, DAY, END, lives, lounges, posts
from tests.recomputation.plain_estimators import cox
from tests.recomputation.test_forum_threads import CORPUS, agrees, agrees_in_logs

pytestmark = [pytest.mark.shared, pytest.mark.raw]
MONTH, LONG = 28, 60
MINUTE = pd.Timedelta(minutes=1)


def _in_each(table):
    """Yield each thread with its posts, ages in days."""
    rows = posts().merge(table[["lounge", "birth"]], on="lounge")
    rows["age"] = (rows["minute"] - rows["birth"]) // DAY
    found = dict(list(rows.groupby("lounge")))
    for one in table.itertuples():
        yield one, found[one.lounge]


def _said(own, days):
    """Count posts in the 28 days up to each day."""
    by_day = np.bincount(own["age"], minlength=days)[:days]
    return np.convolve(by_day, np.ones(MONTH, int))[:days]


def _spoke(own, days):
    """Count people who wrote in the 28 days up to each day."""
    found = np.zeros(days + 2 * MONTH, int)
    for _, person in own.groupby("user")["age"]:
        found[np.unique(np.add.outer(person.unique(), np.arange(MONTH)).ravel())] += 1
    return found[:days]


def _stretches(holds, end, since):
    """Return periods of four weeks or more in which a state holds."""
    edges = np.flatnonzero(np.diff(np.r_[0, holds.astype(int), 0]))
    spans = zip(edges[::2], edges[1::2], strict=True)
    found = [(max(a, since), end if b == len(holds) else b) for a, b in spans]
    return [(start, stop) for start, stop in found if stop - start >= MONTH]


def _thin(own, end, since):
    return _stretches(_spoke(own, int(np.ceil(end))) < 3, end, since)


def _quiet(own, end):
    said = _said(own, int(np.ceil(end)))
    peak = np.maximum.accumulate(said)
    return _stretches((said < 0.1 * peak) & (peak >= 6), end, 0)


def _failing(spells, since):
    """Return lifetimes that end with the first silence or few posters."""
    starts = [
        next((start for start, _ in _thin(own, one.whole, after)), np.inf)
        for (one, own), after in zip(_in_each(spells), since, strict=True)
    ]
    first = np.where(starts < spells["whole"] - 2 * MONTH, starts, np.inf)
    earlier = first < spells["exit"]
    rows = spells.assign(
        exit=np.fmin(first, spells["exit"]), dead=spells["dead"] | earlier
    )
    return rows[rows["exit"] > rows["entry"]].reset_index(drop=True)


def test_share_failed_within_a_year_is_recomputed(product):
    """Compute the share silent or with under three posters in a year.

    Whoever was thin before entering leaves by the strict reading; it is lower still.
    """
    spells = lives(lounges()[~lounges()["older"]])
    found = product("s1-over-90-fail", CORPUS)
    for told, rows in (
        (found, _failing(spells, spells["entry"] + MONTH)),
        (found.beside[0].interval, spells),
    ):
        code = silence_lifetimes.clusters(rows)
        again = silence_lifetimes.failure(
            rows, 365.0, silence_lifetimes.draws(code, times=5000)
        )
        point = silence_lifetimes.failure(rows, 365.0)[0]
        agrees(
            told, point, *silence_lifetimes.cloglog_limits(point, again, len(set(code)))
        )
    strict = silence_lifetimes.failure(
        _failing(spells, np.full(len(spells), MONTH)), 365.0
    )[0]
    assert strict < found.estimate
    assert found.reason.startswith("CONTRADICTED, which")  # amended: shown


def test_share_of_shell_threads_is_recomputed(product):
    """Compute the share of threads dead or nearly inactive at a date."""
    at = END - LONG * DAY
    born = lounges()[lounges()["born"]]
    born = born.assign(whole=(born["end"] - born["birth"]) / DAY)
    there = born[(born["birth"] <= at - MONTH * DAY) & (born["end"] > at)]
    shells = 0
    for one, own in _in_each(there):
        states = _quiet(own, one.whole) + _thin(own, one.whole, MONTH)
        age = (at - one.birth) / DAY
        covered = any(start <= age < stop for start, stop in states)
        shells += one.last < at or covered
    found = product("s0-200-of-343-shells", CORPUS)
    assert found.n == len(there)
    assert found.estimate == found.low == found.high == pytest.approx(shells / found.n)
    assert "one-sided" in found.qualifiers


def _calendar(minutes):
    """Count posts by calendar day at UTC+8."""
    return np.unique((minutes + BEIJING // MINUTE) // DAY, return_counts=True)


def _exact(minutes):
    """Return times of posts in days, to the minute."""
    return np.unique((minutes + BEIJING // MINUTE) / DAY, return_counts=True)


def _risk(one, others, host):
    """Yield a thread's periods at risk, with the host absent or not.

    `others` (times and counts) and `host` (times) in days. Cut every 28 days of age
    and where the host has been silent for 28 days or writes again.
    """
    born = (one.birth + BEIJING // MINUTE) / DAY
    end = (one.end - one.birth) / DAY - LONG
    (day, many), host = others, host - born
    spoke = day - born
    gaps = np.flatnonzero(np.diff(spoke) >= LONG)
    last = spoke[gaps[0]] if len(gaps) else spoke[-1]
    stop, died = min(last, end), last <= end
    silent = [
        (at + MONTH, back)
        for at, back in zip(host, np.r_[host[1:], np.inf], strict=True)
        if back - at > MONTH
    ]
    cuts = {0.0, stop, *np.arange(0.0, stop, MONTH), *np.ravel(silent)}
    cuts = sorted(at for at in cuts if 0 <= at <= stop)
    for start, until in pairwise(cuts):
        today = np.floor(start + born)
        said = many[(day >= today - MONTH) & (day < today)].sum()
        exposed = any(since <= start < back for since, back in silent)
        yield (
            one.batch, start, until, died and until == stop, exposed, np.log1p(said)
        )  # fmt: skip


def _hosts(clock):
    """Compute the hazard ratio of threads whose host is absent."""
    born = lounges()[lounges()["born"]]
    rows = []
    for one, own in _in_each(born):
        others = clock(own.loc[own["host"] == 0, "minute"].to_numpy())
        host = clock(own.loc[own["host"] == 1, "minute"].to_numpy())[0]
        if len(others[0]):
            rows += _risk(one, others, host)
    batch, start, stop, died, exposed, said = map(np.array, zip(*rows, strict=True))
    code = pd.factorize(batch)[0]
    return cox(start, stop, died, (exposed, said), code), len(rows)


def test_hazard_after_host_silence_is_recomputed(product):
    """Compute the hazard ratio by calendar days, as the tables have them."""
    ratios, many = _hosts(_calendar)
    found = product("s4-owner-indispensable", CORPUS)
    assert found.n == many
    agrees_in_logs(found, ratios)


def test_host_times_by_the_minute_give_the_same_verdict(product):
    """Check that times by the minute give no other verdict."""
    ratios, _ = _hosts(_exact)
    found = product("s4-owner-indispensable", CORPUS)
    assert found.reason.startswith("SUPPORTED, but fails its negative control")
    assert ratios[0] >= 1.25
    assert ratios[1] > 1
