"""Tables on hosts and on links carried between groups, from messages.

Texts are looked at here and counted; nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from types import MappingProxyType

import narwhals as nw
import pandas as pd

from helpers.derive.measures import hosts
from helpers.derive.measures.cleaning import KEY
from helpers.derive.measures.engine import Frame
from helpers.derive.measures.several_groups import (
    count_carried_links,
    count_core_links,
    count_early_days,
    find_new_links,
)
from helpers.derive.tables.window_rows import ActivityCounts
from helpers.records import DAY_US, MONTH_DAYS, QUARTER_DAYS
from helpers.store.store import Store
from helpers.text.addresses import list_addresses

WROTE = ["group", "member", "time_us", "file", "position", "age_day"]
ALIVE_DAYS = 60
DAYS, QUARTERS = ["group", "day"], ["group", "quarter"]


@dataclass(frozen=True)
class Talk:
    """Included messages with authors and groups, from which tables are built."""

    spoken: ActivityCounts
    groups: pd.DataFrame
    store: Store  # where the messages' texts are looked at
    files: Frame  # their numbers by name
    own_addresses: tuple[str, ...] = ()  # beginnings of the operator's own addresses

    @cached_property
    def new_links(self) -> pd.DataFrame:
        """Links that were posted in another group before this one."""
        return _list_new_links(self)

    @property
    def known(self) -> Frame:
        """Return the messages with an identified author."""
        return self.spoken.messages.filter(~nw.col("member").is_null())

    def hosted(self) -> Frame:
        """Return each group's host: the top poster of its first four weeks."""
        return hosts.find_top_author(self.spoken.messages, MONTH_DAYS)


def build_talk_rows(talk: Talk, wanted: Collection[str]) -> dict[str, pd.DataFrame]:
    """Build the requested tables on hosts and on links carried between groups."""
    return {name: rows(talk) for name, rows in TALK_ROWS.items() if name in wanted}


def _count_host_days(talk: Talk) -> pd.DataFrame:
    run, messages = talk.spoken.run, talk.spoken.messages
    who = run.keep(talk.hosted(), "hosts")
    days = run.fetch(hosts.count_host_days(talk.spoken.member_days, who), *DAYS)
    words = run.fetch(hosts.describe_first_host_messages(messages, who), *DAYS)
    return days.merge(words, "left", DAYS)


def _count_by_quarter(talk: Talk) -> pd.DataFrame:
    """Count each host's messages per 90 days of the group's age while it is active.

    A group whose owner never wrote, nor anybody in its first weeks, has no host.
    """
    spoken, run = talk.spoken, talk.spoken.run
    who = run.fetch(talk.hosted(), "group").set_index("group")["host"]
    if spoken.owners is not None:
        owned = run.fetch(spoken.owners, "group").set_index("group")["owner"]
        who = owned.combine_first(who)
    who = who.dropna().rename("host").astype("int64")
    frame = run.frame(who.reset_index())
    parts = hosts.count_host_messages_by_quarter(spoken.messages, frame, spoken.answers)
    table = _list_observed_quarters(talk.groups[talk.groups["group"].isin(who.index)])
    for part in parts:
        table = table.merge(run.fetch(part, *QUARTERS), "left", QUARTERS)
    return table.fillna(0)


def _list_observed_quarters(groups: pd.DataFrame) -> pd.DataFrame:
    """List the 90-day periods of age in which a group was observed and active."""
    span = QUARTER_DAYS * DAY_US
    watched = (groups["end_us"] - groups["origin_us"]) // span
    alive = (groups["last_us"] - groups["origin_us"] + ALIVE_DAYS * DAY_US) // span
    n_quarters = pd.concat([watched, alive], axis=1).min(axis=1).fillna(0).astype(int)
    rows = groups.loc[groups.index.repeat(n_quarters), ["group"]].reset_index(drop=True)
    return rows.assign(quarter=rows.groupby("group").cumcount())


def _select_texts(talk: Talk, containing: str) -> pd.DataFrame:
    """Read the texts that contain a string, with authors, in time order."""
    run = talk.spoken.run
    records = run.scan(*talk.store.parts("message"))
    text = nw.col("text")
    read = records.filter(~text.is_null(), text.str.contains(containing, literal=True))
    ordinals = run.frame(talk.groups[["group", "key"]])
    named = read.select(
        "position", "text", name="file", key=nw.col("group").cast(nw.String)
    )
    numbered = named.join(talk.files, on="name", how="inner")
    rows = numbered.join(ordinals, on="key", how="inner").drop("key", "name")
    rows = run.keep(rows, "texts")  # else all messages may be joined to names first
    texts = talk.known.select(*WROTE)
    both = texts.join(rows, on=list(KEY), how="inner")
    return run.fetch(both, "group", "time_us", "file", "position")


def _list_new_links(talk: Talk) -> pd.DataFrame:
    """List links that were posted in another group before this one."""
    rows = _select_texts(talk, "://")
    addresses = [list_addresses(text) for text in rows.pop("text").to_numpy(object)]
    each = rows.loc[rows.index.repeat([len(found) for found in addresses])]
    every = pd.Series(chain.from_iterable(addresses), each.index, dtype="str")
    return find_new_links(each.assign(address=every), talk.own_addresses)


def _count_carried(talk: Talk) -> pd.DataFrame:
    return count_carried_links(talk.spoken.run, talk.known, talk.new_links)


def _count_carriers(talk: Talk) -> pd.DataFrame:
    people = count_early_days(talk.spoken.days)
    return count_core_links(
        talk.spoken.run.fetch(people, "group", "member"), talk.new_links
    )


TALK_ROWS: Mapping[str, Callable[[Talk], pd.DataFrame]] = MappingProxyType(
    {
        "host_days": _count_host_days,
        "quarters": _count_by_quarter,
        "carried": _count_carried,
        "carriers": _count_carriers,
    }
)
