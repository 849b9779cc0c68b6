"""Who was seen again and who opened what, from the raw files by other code.

Straight pandas and statsmodels; nothing here calls the readers, the measures or the
inference. Estimates agree to 1e-6, limits to 0.005.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from tests.raw_corpora import SHARED, there

CLAIM, MANY = "s0-lurkers-still-identify", "s0-lurkers-are-many"
MAIN = ("ai", "beer", "bioinformatics", "quantumcomputing")
SEED, DECIDING = 20161231, 5000

pytestmark = [
    pytest.mark.shared,
    there,
]


def agrees(interval, did, people):
    """Compare a share with a count, limits with statsmodels' exact ones."""
    low, high = proportion_confint(did, people, method="beta")
    assert interval.estimate == pytest.approx(did / people, abs=1e-6)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.005)
    assert interval.n == people


def of_the_fewest(p, sizes):
    """Return exact limits of a share for the fewest people behind memberships."""
    nested = [(sizes >= n).sum() for n in range(1, sizes.max() + 1)]
    effective = sum(nested) ** 2 / sum(n * n for n in nested)
    return proportion_confint(p * effective, effective, method="beta")


@cache
def verdict(name, claim=CLAIM):
    """Evaluate once."""
    return evaluate(claim, open_study(name))


def days_between(rows, first, last):
    """Return whole days from one column of dates to another."""
    dates = rows[[first, last]].apply(pd.to_datetime)
    return (dates[last] - dates[first]).dt.days


@cache
def accounts():
    """Return members of 84 days of the sites, others having written in six weeks."""
    rows = pd.read_csv(SHARED / "stackexchange" / "members.csv.gz")
    weeks = pd.read_csv(SHARED / "stackexchange" / "weekly.csv")
    written = {
        site: {date.fromisoformat(week) for week in own["week"]}
        for site, own in weeks[weeks["posts"] + weeks["comments"] > 0].groupby("site")
    }
    heard = {}
    for site, day in set(zip(rows["site"], rows["created"], strict=True)):
        first = date.fromisoformat(day)
        span = {first + timedelta(days=n) for n in range(84)}
        heard[site, day] = len(span & written.get(site, set())) >= 6
    rows["followed"] = days_between(rows, "created", "dump_end")
    rows["seen"] = days_between(rows, "created", "last_access")
    pairs = zip(rows["site"], rows["created"], strict=True)
    rows = rows[[heard[pair] for pair in pairs]]
    return rows[rows["followed"] >= 84]


@pytest.mark.parametrize("site", MAIN)
def test_share_of_returning_lurkers_on_main_sites_is_recomputed(site):
    """Last visit 28 days or more after joining, at equal follow-up; 7 as a variant."""
    own = accounts().query("site == @site and posts_84d == 0 and followed <= 168")
    parts = {part.study.split("/")[1]: part for part in verdict("stackexchange").parts}
    found = parts[site]
    agrees(found.interval, (own["seen"] >= 28).sum(), len(own))
    ways = {
        one.name: one.components[0] for one in found.specifications if one.components
    }
    week = ways["seen ≥ 7 days after joining"]
    assert week.estimate == pytest.approx(own["seen"].ge(7).mean(), abs=1e-6)


@pytest.mark.parametrize("site", MAIN)
def test_follow_up_and_votes_of_lurkers_are_recomputed(site):
    """By follow-up; dated first votes or favourites of those who may vote."""
    own = accounts().query("site == @site and posts_84d == 0")
    parts = {part.study.split("/")[1]: part for part in verdict("stackexchange").parts}
    beside = {one.name: one.interval for one in parts[site].beside}
    for name, (low, high) in {
        "84–168": (84, 168), "169–365": (169, 365), "more than 365": (366, 9999),
    }.items():  # fmt: skip
        held = own[own["followed"].between(low, high)]
        if len(held):
            agrees(
                beside[f"followed for {name} days"],
                held["seen"].ge(28).sum(),
                len(held),
            )
    voted = days_between(own, "created", "first_vote_badge") <= 84
    reacted = voted | own["favourites_84d"].gt(0)
    able = own["reputation"] >= 15
    agrees(
        beside["reacted within 84 days, of those who may vote"],
        reacted[able].sum(),
        able.sum(),
    )


def test_share_of_silent_accounts_by_site_is_recomputed():
    """The sites' mean, each with ten members or more; t(7) limits of eight sites."""
    by = accounts().assign(silent=accounts()["posts_84d"].eq(0)).groupby("site")
    share = by["silent"].mean()[by.size() >= 10]
    found = verdict("stackexchange", MANY)
    picks = np.random.default_rng(SEED).integers(
        len(share), size=(DECIDING, len(share))
    )
    spread = share.to_numpy()[picks].mean(axis=1).std(ddof=1)
    reach = stats.t.ppf(0.975, len(share) - 1) * spread
    assert found.n == len(share)
    assert found.estimate == pytest.approx(share.mean(), abs=1e-6)
    limits = share.mean() - reach, share.mean() + reach
    assert (found.low, found.high) == pytest.approx(limits, abs=0.005)
    assert "W = 84 only" in found.note


@cache
def chicago():
    """Return members of 84 days of the offline group, organizers left out."""
    rows = pd.read_csv(SHARED / "chicago_rug" / "members.csv")
    end = pd.to_datetime(rows["last_visited"]).max()
    rows["followed"] = (end - pd.to_datetime(rows["joined"])).dt.days
    rows["seen"] = days_between(rows, "joined", "last_visited")
    return rows[(rows["organizer"] != "Yes") & (rows["followed"] >= 84)]


def test_share_of_returning_lurkers_offline_is_recomputed():
    """Who never came and was seen 28 days on; who never answered as a variant."""
    rows, found = chicago().query("followed <= 168"), verdict("chicago_rug")
    absent = rows[rows["attended"].eq(0) & rows["last_attended"].isna()]
    agrees(found.interval, absent["seen"].ge(28).sum(), len(absent))
    ways = {one.name: one.components[0] for one in found.specifications}
    silent = rows[rows["rsvps"] == 0]["seen"] >= 28
    assert ways["without an answer"].estimate == pytest.approx(silent.mean())


@cache
def memberships():
    """Return memberships of 84 days in channels where others wrote in six weeks."""
    folder = SHARED / "rcontrib_slack"
    events, joins = (
        pd.read_csv(folder / name).query("bot == 0")
        for name in ("events.csv.gz", "joins.csv")
    )
    ends = {
        row.channel: date(2026, 6, 30)
        if isinstance(row.created, str)
        else date.fromisoformat(row.last_day) + timedelta(days=1)
        for row in pd.read_csv(folder / "channels.csv").itertuples()
    }
    by_channel = {
        channel: [
            (row.user, date.fromisoformat(row.day), row.kind)
            for row in own.itertuples()
        ]
        for channel, own in events.groupby("channel")
    }
    first = {}
    for row in joins.sort_values("day", kind="stable").itertuples():
        first.setdefault((row.channel, row.user), date.fromisoformat(row.day))
    wrote_on = events[events["kind"] != "reaction"]
    days_of = {
        user: {(row.channel, date.fromisoformat(row.day)) for row in own.itertuples()}
        for user, own in wrote_on.groupby("user")
    }
    found = []
    for (channel, user), day in first.items():
        if day + timedelta(days=84) > ends[channel]:
            continue
        near = [
            (who, (when - day).days, kind)
            for who, when, kind in by_channel.get(channel, [])
            if 0 <= (when - day).days < 84
        ]
        wrote = [(who, n // 7) for who, n, kind in near if kind != "reaction"]
        others = {week for who, week in wrote if who != user}
        if len(others) < 6:
            continue
        reacted = any(w == user and k == "reaction" for w, _, k in near)
        away = any(
            place != channel and 0 <= (when - day).days < 84
            for place, when in days_of.get(user, ())
        )
        said = sum(who == user for who, _ in wrote)
        found.append((channel, user, said, reacted, away))
    return pd.DataFrame(found, columns=["channel", "user", "said", "reacted", "away"])


def contributors():
    """Return those of them who wrote nothing in the 84 days."""
    return memberships().query("said == 0")


def test_share_of_silent_contributors_by_channel_is_recomputed():
    """Channels of ten such members and more, each a roster of its own."""
    by = memberships().assign(silent=memberships()["said"].eq(0)).groupby("channel")
    counts = by["silent"].agg(["sum", "size"]).query("size >= 10")
    parts = verdict("rcontrib_slack", MANY).parts
    found = {part.study.split("/")[1]: part.interval for part in parts}
    assert set(found) == set(counts.index)
    for channel, (silent, people) in counts.iterrows():
        agrees(found[channel], silent, people)


def drawn_share(rows, unit, did="reacted"):
    """Return the share who reacted, with cloglog limits of units drawn whole."""
    codes = np.unique(rows[unit].astype(str), return_inverse=True)[1]
    k, p = codes.max() + 1, rows[did].mean()
    picks = np.random.default_rng(SEED).integers(k, size=(DECIDING, k))
    often = np.array([np.bincount(pick, minlength=k) for pick in picks])[:, codes]
    values = often @ rows[did].to_numpy(float) / often.sum(axis=1)
    flat = 0.5 / len(rows)
    spread = np.log(-np.log1p(-values.clip(flat, 1 - flat))).std(ddof=1)
    reach = stats.t.ppf(0.975, k - 1) * spread * np.array([-1, 1])
    return p, *(1 - np.exp(-np.exp(np.log(-np.log1p(-p)) + reach)))


def test_reactions_of_lurkers_by_channel_are_recomputed():
    """Reactions within 84 days, channels drawn; the numbers of the draws are ours."""
    rows, found = contributors(), verdict("rcontrib_slack").interval
    p, low, high = drawn_share(rows, "channel")
    assert found.n == len(rows)
    assert found.estimate == pytest.approx(p, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.005)


def test_share_of_lurkers_writing_elsewhere_is_recomputed():
    """Who wrote in another channel meanwhile; true people give narrower limits."""
    rows = contributors()
    found = verdict("rcontrib_slack", "s0-lurkers-talk-elsewhere").interval
    p = rows["away"].mean()
    limits = of_the_fewest(p, rows.groupby("channel").size())
    assert found.estimate == pytest.approx(p, abs=1e-6)
    assert (found.low, found.high) == pytest.approx(limits, abs=0.005)
    _, low, high = drawn_share(rows, "user", "away")
    assert found.low < low < high < found.high


def test_thirty_day_audiences_are_recomputed():
    """The lowest of the German server's windows, straight from its file."""
    rows = pd.read_csv(SHARED / "community_reads" / "deadlock_de" / "windows.csv")
    rows = rows[rows["window_days"] == 30]
    posters = (rows["visitors"] * rows["pct_communicated"] / 100).round()
    came, silent = rows["visitors"] - posters, rows["members_at_stamp"] - posters
    nth = (came / silent).argmin()
    agrees(
        verdict("community_reads").interval, int(came.iloc[nth]), int(silent.iloc[nth])
    )
