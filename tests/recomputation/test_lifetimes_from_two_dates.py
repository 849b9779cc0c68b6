"""Recompute failure from two dates per group, from raw files.

Weeks of birth are drawn for guilds and boards, as the register has it for one operator.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.study import open_study
from tests.recomputation.register_lifetimes import raw
from tests.recomputation.silence_lifetimes import cloglog_limits, clusters

POINT, LIMIT = 1e-6, 0.005
DAY_US = 86_400_000_000


def broken(last, end, w):
    """Return the days on which the source's recording broke off."""
    count = last.value_counts()
    day = {d: int(count.get(d, 0)) for d in range(int(last.min()) - 30, int(end) + 31)}

    def much(these):
        before = [day.get(these[0] - i, 0) for i in range(1, 29)]
        after = [day.get(these[-1] + i, 0) for i in range(1, 29)]
        many = sum(day.get(d, 0) for d in these)
        return many if many >= 20 and many > 10 * np.median(before + after) else 0

    alone = {d for d in day if day[d] and much([d])}
    two = sorted((-much([d, d + 1]), d) for d in day if not alone & {d, d + 1})
    found = set(alone)
    for many, d in two:
        if many < 0 and not found & {d, d + 1}:
            found |= {d, d + 1}
    return {d for d in found if d <= end - w}


def spells(table, w, breaks=frozenset()):
    """Return lifetimes ended by W silent days; none end at a break."""
    followed = table["end"] - w - table["born"]
    age = table["last"] - table["born"]
    dead = age.isna() | (age < followed)
    at_break = table["last"].isin(breaks) & dead
    lives = table.assign(
        entry=0.0, dead=dead & ~at_break, exit=age.fillna(0).where(dead, followed)
    )
    return lives[followed >= 0].reset_index(drop=True)


def failures(lives, age, samples=2000):
    """Return the share dead by an age, and in bootstrap samples."""
    code = pd.factorize(clusters(lives))[0]
    when = np.unique(lives["exit"], return_inverse=True)
    ends, leaves = np.zeros((2, code.max() + 1, len(when[0])))
    np.add.at(ends, (code, when[1]), lives["dead"])
    np.add.at(leaves, (code, when[1]), 1)
    there = leaves[:, ::-1].cumsum(axis=1)[:, ::-1]
    k = len(ends)
    drawn = np.random.default_rng(1).multinomial(k, np.full(k, 1 / k), size=samples)
    weights = np.vstack([np.ones(k), drawn])
    early = when[0] <= age
    at_risk = weights @ there[:, early]
    hazard = np.divide(
        weights @ ends[:, early], at_risk, where=at_risk > 0, out=np.zeros_like(at_risk)
    )
    share = 1 - np.prod(1 - hazard, axis=1)
    return share[0], share[1:], k


def side_by_side(table, age):
    """Return the share dead at W = 60, with limits of both W."""
    found = []
    for w in (60, 180):
        last = table["last"].dropna().astype(int)
        breaks = broken(last, table["end"].max(), w)
        lives = spells(table, w, breaks)
        point, again, k = failures(lives, age)
        found.append((point, *cloglog_limits(point, again, k)))
    (point, *one), (_, *other) = found
    return point, min(one[0], other[0]), max(one[1], other[1])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "age"), [("s0-three-month-death", 105), ("s1-over-90-fail", 365)]
)
def test_failure_share_of_guilds_is_recomputed_from_raw_file(product, name, age):
    """Compute the share of 5,357 guilds dead by an age."""
    rows = raw("ruqqus_guilds", "guilds.csv.gz", parse_dates=["first", "last"])
    since = pd.Timestamp(0)
    rows = rows[rows["first"].between("2020-01-01", "2021-02-28")]
    end = (pd.Timestamp("2021-09-01") - since).days
    table = pd.DataFrame(
        {
            "born": (rows["first"] - since).dt.days,
            "last": (rows["last"] - since).dt.days.clip(upper=end),
            "end": end, "network": "ruqqus",
            "batch": rows["first"].dt.strftime("%G-W%V"),
        }
    ).reset_index(drop=True)  # fmt: skip
    told = product(name, "ruqqus_guilds")
    point, low, high = side_by_side(table, age)
    assert len(table) == 5357
    assert told.estimate == pytest.approx(point, abs=POINT)
    assert (told.low, told.high) == pytest.approx((low, high), abs=LIMIT)


@pytest.mark.parametrize("city", ["london_meetup", "nashville_meetup"])
@pytest.mark.parametrize(
    ("name", "age"), [("s0-three-month-death", 105), ("s1-over-90-fail", 365)]
)
def test_failure_share_of_a_citys_groups_is_recomputed(product, city, name, age):
    """Compute the share without an event for half a year, of groups seen from birth."""
    registry = open_study(city).table("registry").query("entry_us <= origin_us")
    days = registry[["origin_us", "last_us", "end_us"]] / DAY_US
    table = registry[["network", "batch"]].join(
        days.set_axis(["born", "last", "end"], axis=1)
    )
    lives = spells(table.reset_index(drop=True), 180)
    point, again, k = failures(lives, age)
    found = product(name, city)
    assert found.n == len(lives)
    assert found.estimate == pytest.approx(point, abs=POINT)
    limits = cloglog_limits(point, again, k)
    assert (found.low, found.high) == pytest.approx(limits, abs=2 * LIMIT)
