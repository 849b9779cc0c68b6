"""Q&A sites of one network: joining, writing, voting, returning.

A row of the source is an account of a site, or a week of it. Only the last visit is
known, and a vote only through the badge for the first one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.group_lives.lurking import LURKING_DAYS
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.joined_members import count_seen_again
from pipeline.corpora.shared.registers import build_registry

ACCOUNTS, WEEKS = "members", "weekly"
ACTIVE_WEEKS = 6  # of the twelve in a member's first 84 days
MAY_VOTE = 15  # reputation
SILENT = "without a post or comment"


def count(raw: RawFolder) -> Counted:
    """Build tables of Q&A sites: silent accounts, and what they do later."""
    weeks = raw.parts(WEEKS)
    weeks = weeks.assign(key=weeks["site"], monday=to_days(weeks["week"]))
    accounts = _add_dates(raw.parts(ACCOUNTS))
    accounts = accounts.assign(heard=_is_site_active(accounts, weeks))
    silent = accounts[_is_followed_member(accounts) & accounts["posts_84d"].eq(0)]
    return Counted(
        _build_registry(accounts),
        {
            "roster": _build_roster(accounts),
            "seen_again": count_seen_again(
                silent.assign(lurkers_are=SILENT, did_later=silent["written"] > 0)
            ),
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
    meta = table["key"].str.endswith(".meta")
    return build_registry(
        table,
        label=table["key"] + ".stackexchange.com",
        network="stackexchange",
        kind=np.where(meta, "meta site", "main site"),
        origin_us=to_midnight(table["first"]),
        end_us=to_midnight(table["end"] + 1),
    )


def _is_followed_member(accounts: pd.DataFrame) -> pd.Series[bool]:
    """Return which accounts were followed for 84 days on an active site."""
    return accounts["followed"].ge(LURKING_DAYS) & accounts["heard"]


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
