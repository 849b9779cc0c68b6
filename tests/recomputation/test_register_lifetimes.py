"""Recompute lifetimes of registered groups from raw files.

All from the raw files. Late entry, ends that compete, breaks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from helpers.study import open_study
from tests.recomputation.register_lifetimes import (
    chapters,
    counted,
    day,
    deepin,
    edited,
    folders,
    meetups,
    of,
    raw,
)
from tests.recomputation.silence_lifetimes import DAY_US, cloglog_limits, clusters
from tests.recomputation.test_lifetimes_from_two_dates import LIMIT, POINT, broken

pytestmark = [pytest.mark.shared]

COMPETE = ("administrative", "merged", "completed")
THREE, YEAR = ("s0-three-month-death", 105), ("s1-over-90-fail", 365)


def same(told, route):
    """Assert that two tables have the same rows in any order."""
    names = list(route)
    ours, theirs = (
        table[names].astype(float).sort_values(names).to_numpy()
        for table in (told, route)
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


@pytest.mark.parametrize(
    ("study", "route"),
    [("r_user_groups", meetups), ("sig_groups", folders), ("deepin_sigs", deepin)],
)
def test_registry_tables_are_recomputed_from_raw_files(study, route):
    """Recount founding, entry and last activity of each group."""
    told = open_study(study).table("registry")
    dates = told[["origin_us", "entry_us", "last_us"]] / DAY_US
    same(dates.set_axis(["born", "entry", "last"], axis=1),
         route()[["born", "entry", "last"]])  # fmt: skip
    still = told["closed_us"].isna()
    ends = route().loc[lambda rows: rows["closed"].isna(), ["born", "end"]]
    ours = told.loc[still, ["origin_us", "end_us"]] / DAY_US
    same(ours.set_axis(["born", "end"], axis=1), ends)


def test_member_counts_are_recomputed_from_raw_files():
    """Recount members and meetings of Meetup groups."""
    told = open_study("r_user_groups").table("snapshots")
    changes = counted().sort_values("at", kind="stable")
    changes = changes[changes["watched"]].drop_duplicates(["group", "at"], keep="last")
    first = of("2019-09-15")
    before = changes[changes["at"] < first].drop_duplicates("group", keep="last")
    changes = pd.concat([changes[changes["at"] >= first], before.assign(at=first)])
    changes = changes.drop_duplicates(["group", "at"])
    route = changes[["at", "members", "past_events", "born"]]
    born = told["group"].map(
        open_study("r_user_groups").table("registry").set_index("group")["origin_us"]
    )
    same(told.assign(at=told["day"], past_events=told["posts"], born=born / DAY_US),
         route)  # fmt: skip


def test_editor_counts_are_recomputed_from_raw_files():
    """Recount active editors by group and day."""
    told = open_study("sig_groups").table("snapshots")
    route = edited().groupby(["key", "day"])["author_hash"].nunique().reset_index()
    same(told, route.rename(columns={"author_hash": "active"})[["day", "active"]])


def test_joins_and_leaves_are_recomputed_from_raw_files():
    """Recount joins and leaves of deepin's groups by day."""
    told = open_study("deepin_sigs").table("holders")
    rows = raw("deepin_sigs", "events.csv")
    heads = raw("deepin_sigs", "sigs.csv").query("kind == 'sig' and listed_at_head")
    rows = rows[(rows["kind"] == "sig") & (rows["bot"] == 0)]
    rows = rows[rows["sig"].isin(heads["sig"])]
    rows = rows.assign(day=np.floor(day(rows["at"])), came=rows["type"] == "join")
    by = rows.groupby(["sig", "day"])["came"].agg(["sum", "size"]).reset_index()
    route = by.assign(came=by["sum"], went=by["size"] - by["sum"])
    route["holders"] = (route["came"] - route["went"]).groupby(route["sig"]).cumsum()
    same(told, route[["day", "came", "went", "holders"]])


def lives(table, w):
    """Return ages at entry and end, with cause of the end."""
    followed = table["end"] - w - table["born"]
    spoke = table["last"] - table["born"]
    known = table["last"].dropna().astype(int)
    at_break = np.floor(table["last"]).isin(broken(known, table["end"].max(), w))
    dead = spoke.isna() | (spoke < followed)
    stop = spoke.fillna(0).where(dead, followed)
    closed = table["closed"] - table["born"]
    competes = table["closed_kind"].isin(COMPETE) & (closed <= followed)
    competes &= ~(dead & (stop + w <= closed))
    rows = table.assign(
        exit=closed.where(competes, stop), dead=dead & ~competes & ~at_break,
        competes=competes, entry=(table["entry"] - table["born"]).clip(lower=0),
    )  # fmt: skip
    seen = (rows["entry"] == 0) | (rows["exit"] > rows["entry"])
    return rows[(followed >= 0) & seen].reset_index(drop=True)


def incidence(rows, age, weights):
    """Compute the Aalen–Johansen incidence of death by an age."""
    entry, stop = rows["entry"].to_numpy(), rows["exit"].to_numpy()
    dead, gone = rows["dead"].to_numpy(), (rows["dead"] | rows["competes"]).to_numpy()
    times = np.unique(stop[gone & (stop <= age)])
    there = (stop >= times[:, None]) & ((entry < times[:, None]) | (entry == 0))
    if (entry > 0).any():  # from the first age with twenty at risk
        times = times[there.sum(axis=1) >= 20]
        times = np.unique(stop[gone & (stop <= age) & (stop >= times.min())])
        there = (stop >= times[:, None]) & ((entry < times[:, None]) | (entry == 0))
    at_risk = weights @ there.T
    now = stop == times[:, None]
    with np.errstate(invalid="ignore"):
        hazards = [np.where(at_risk > 0, (weights @ (now & of).T) / at_risk, 0.0)
                   for of in (gone, dead)]  # fmt: skip
    before = np.cumprod(1 - hazards[0], axis=1)
    before = np.hstack([np.ones((len(weights), 1)), before[:, :-1]])
    return (before * hazards[1]).sum(axis=1)


def limits(rows, age, point, again, k):
    """Compute limits of a share on the cloglog scale, or exactly.

    The latter where more than a twentieth of the samples are 0 or 1.
    """
    if np.mean((again <= 0) | (again >= 1)) <= 0.05:
        half = 0.5 / len(rows)  # none or all of a sample is half a group from it
        return cloglog_limits(point, again.clip(half, 1 - half), k)
    watched = rows["end"] - rows["born"]
    n = (watched - rows.attrs["w"] >= age).sum()
    n = n / max(1.0, again.var(ddof=1) / (point * (1 - point) / n))
    return proportion_confint(point * n, n, method="beta")


def share(table, age, draws):
    """Compute the share dead at W = 60, with limits of both W."""
    found = []
    for w in (60, 180):
        rows = lives(table, w)
        rows.attrs["w"] = w
        code = pd.factorize(clusters(rows))[0]
        k = code.max() + 1
        drawn = np.random.default_rng(7).multinomial(k, np.full(k, 1 / k), size=draws)
        point = incidence(rows, age, np.ones((1, len(rows))))[0]
        again = np.concatenate(
            [incidence(rows, age, part[:, code]) for part in np.array_split(drawn, 10)]
        )
        found.append((point, *limits(rows, age, point, again, k)))
    (point, *one), (_, *other) = found
    return point, min(one[0], other[0]), max(one[1], other[1])


def agrees(told, table, age, draws=10_000):
    """Assert that share and limits equal the recomputed ones."""
    point, low, high = share(table, age, draws)
    assert told.estimate == pytest.approx(point, abs=POINT)
    assert (told.low, told.high) == pytest.approx((low, high), abs=LIMIT)


@pytest.mark.parametrize(("name", "age"), [THREE, YEAR])
def test_share_of_inactive_chapters_is_recomputed(product, name, age):
    """Compute the share of chapters inactive; retirement competes."""
    agrees(product(name, "rladies_meetup"), chapters(), age)


@pytest.mark.parametrize(
    ("study", "route", "name", "age"),
    [("r_user_groups", meetups, *YEAR), ("sig_groups", folders, *THREE)],
)
def test_failure_share_by_operator_is_recomputed(product, study, route, name, age):
    """Compute shares inactive for each operator of groups."""
    whole, parts = route(), product(name, study).parts
    assert len(parts) == whole["network"].nunique()
    for part in parts:
        own = whole[whole["network"] == part.study.split("/")[1]]
        agrees(part.interval, own.reset_index(drop=True), age)


def silent(table, at):
    """Count groups silent from a day on, and all founded before."""
    old = table[table["born"] <= at - 28]
    return (~(old["last"] > at)).mean(), len(old)


def test_count_of_silent_chapters_is_recomputed(product):
    """Count silent chapters on the last possible day."""
    rows = chapters()
    point, many = silent(rows, rows["end"].max() - 60)
    told = product("s0-200-of-343-shells", "rladies_meetup")
    assert (told.n, told.estimate) == (many, pytest.approx(point, abs=POINT))


def test_share_of_new_groups_of_ten_to_thirty_is_recomputed(product):
    """Compute the share of new groups with 10–30 members."""
    changes = counted()
    changes = changes[changes["at"] >= of("2019-09-15")].dropna(subset="members")
    ages = (changes["at"] - changes["born"]).between(90, 120)
    first = changes[ages & (changes["kind"] == "rug")].sort_values("at", kind="stable")
    first = first.drop_duplicates(["group", "at"], keep="last").drop_duplicates("group")
    year = pd.to_datetime(first["born"], unit="D").dt.year
    small = first["members"].between(10, 30).groupby(year).agg(["size", "mean"])
    found = product("s0-future-groups-small", "r_user_groups")
    told = {component.n: component.estimate for component in found.components}
    assert told == pytest.approx(dict(small.loc[[2020, 2021]].to_numpy()), abs=POINT)
