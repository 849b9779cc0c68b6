"""Q&A sites of one network: joining, writing, voting, returning.

A row of the source is an account of a site, or a week of it. Only the last visit is
known, and a vote only through the badge for the first one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.corpora.shared.attention import count_seen_again
from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_funnel,
    build_registry_columns,
    build_snapshots,
)
from helpers.measures.audiences import LURKING_DAYS

ACCOUNTS, WEEKS = "members", "weekly"
META = ".meta"
ACTIVE_WEEKS, WEEK = 6, 7  # of the twelve in a member's first 84 days
MAY_VOTE = 15  # reputation
SILENT = "without a post or comment"


def count(raw: RawFolder) -> Counted:
    """Build tables of Q&A sites: totals by week, and activity of silent accounts."""
    weeks = raw.parts(WEEKS)
    weeks = weeks.assign(key=weeks["site"], monday=to_days(weeks["week"]))
    accounts = _add_dates(raw.parts(ACCOUNTS))
    accounts = accounts.assign(heard=_is_site_active(accounts, weeks))
    return build_counted(
        _build_registry(accounts),
        {
            "roster": _build_roster(accounts),
            "seen_again": count_seen_again(_select_lurkers(accounts)),
            "snapshots": _count_growth(accounts, weeks),
            "funnels": _build_funnels(accounts),
            "facts": _build_facts(accounts, weeks),
        },
        {},
        {"accounts": len(accounts), "weeks of sites": len(weeks)},
    )


def _add_dates(accounts: pd.DataFrame) -> pd.DataFrame:
    """Add the day of joining and days until an account's later activity."""
    joined, end = to_days(accounts["created"]), to_days(accounts["dump_end"])
    voted = to_days(accounts["first_vote_badge"]) - joined <= LURKING_DAYS
    written = accounts["posts"] + accounts["comments"]
    return accounts.assign(
        key=accounts["site"],
        joined=joined,
        end=end,
        followed=end - joined,
        seen=to_days(accounts["last_access"]) - joined,
        written=written,
        reacted=voted | accounts["favourites_84d"].gt(0),
        may_react=accounts["reputation"] >= MAY_VOTE,
    )


def _is_site_active(accounts: pd.DataFrame, weeks: pd.DataFrame) -> pd.Series[bool]:
    """Return whether an account's site was active in the account's first 84 days."""
    active = weeks[weeks["posts"] + weeks["comments"] > 0]
    mondays = {site: np.sort(rows) for site, rows in active.groupby("key")["monday"]}
    heard = pd.Series(False, accounts.index)  # noqa: FBT003 - a column, no flag
    for site, joined in accounts.groupby("key")["joined"]:
        site_mondays = mondays.get(site, np.array([]))
        until = np.searchsorted(site_mondays, joined + LURKING_DAYS)
        heard[joined.index] = (
            until - np.searchsorted(site_mondays, joined) >= ACTIVE_WEEKS
        )
    return heard


def _build_registry(accounts: pd.DataFrame) -> pd.DataFrame:
    by = accounts.groupby("key")
    table = by.agg(first=("joined", "min"), end=("end", "max")).reset_index()
    meta = table["key"].str.endswith(META)
    return build_registry_columns(
        table.assign(
            label=table["key"] + ".stackexchange.com",
            network="stackexchange",
            kind=np.where(meta, "meta site", "main site"),
            origin_us=to_midnight(table["first"]),
            end_us=to_midnight(table["end"] + 1),
        )
    )


def _is_followed_member(accounts: pd.DataFrame) -> pd.Series[bool]:
    """Return which accounts were followed for 84 days on an active site."""
    return accounts["followed"].ge(LURKING_DAYS) & accounts["heard"]


def _select_lurkers(accounts: pd.DataFrame) -> pd.DataFrame:
    silent = accounts[_is_followed_member(accounts) & accounts["posts_84d"].eq(0)]
    return silent.assign(lurkers_are=SILENT, did_later=silent["written"] > 0)


def _build_roster(accounts: pd.DataFrame) -> pd.DataFrame:
    long, member = accounts["followed"].ge(LURKING_DAYS), _is_followed_member(accounts)
    early = accounts["posts_84d"]
    counts = {
        "members": member,
        "quiet": long & ~member,
        "lurkers": member & early.eq(0),
        "at_most_1": member & early.le(1),
        "at_most_3": member & early.le(3),
        "never": member & accounts["written"].eq(0),
    }
    by = accounts[["key"]].assign(**counts).groupby("key")
    first = accounts.groupby("key")["joined"].min()
    return (
        by.sum()
        .assign(from_day=first, within_days=LURKING_DAYS, undated=0, engaged=np.nan)
        .assign(gone_silent=0, gone_spoke=0)
        .reset_index()
    )


def _count_growth(accounts: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """Count accounts and posts up to each Sunday."""
    tables = []
    for site, rows in weeks.groupby("key"):
        joined = np.sort(accounts.loc[accounts["key"] == site, "joined"])
        end = accounts.loc[accounts["key"] == site, "end"].max()
        sundays = np.arange(rows["monday"].min() + WEEK - 1, end, WEEK)
        posts = rows.set_index("monday")["posts"].sort_index().cumsum()
        place = np.searchsorted(posts.index, sundays, "right") - 1
        counts = {
            "members": np.searchsorted(joined, sundays, "right"),
            "posts": posts.to_numpy()[place],
        }
        tables.append(pd.DataFrame({"key": site, "day": sundays, **counts}))
    return build_snapshots(pd.concat(tables))


def _build_funnels(accounts: pd.DataFrame) -> pd.DataFrame:
    """Count each year's accounts by steps such as writing, voting or returning."""
    steps = {
        "joined": accounts["joined"].notna(),
        "wrote": accounts["written"] > 0,
        "wrote in the first 84 days": accounts["posts_84d"] > 0,
        "voted": accounts["first_vote_badge"].notna(),
        "kept a favourite": accounts["favourites"] > 0,
        "visited on 30 days in a row": accounts["visit_streak_badge"].notna(),
        "visited after the day of joining": accounts["seen"] > 0,
        "neither wrote nor voted nor came back": accounts["seen"].eq(0)
        & accounts["written"].eq(0)
        & accounts["first_vote_badge"].isna(),
    }
    return build_funnel(accounts.assign(cohort=accounts["created"].str[:4]), steps)


def _build_facts(accounts: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    contributions = weeks.groupby("key")[["posts", "comments"]].sum()
    below = ~accounts["may_react"]
    measured = pd.DataFrame(
        {
            "accounts": accounts.groupby("key").size(),
            "posts": contributions["posts"],
            "comments": contributions["comments"],
            "accounts_that_can_t_vote": below.groupby(accounts["key"]).sum(),
        }
    )
    return build_facts(measured.reset_index())


CORPUS = load_description("stackexchange", count=count)
