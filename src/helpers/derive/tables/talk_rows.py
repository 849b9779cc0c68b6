"""Tables on hosts and on links carried between groups, from messages.

Texts are looked at here and counted; nothing of them is kept.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode, urlsplit

import narwhals as nw
import pandas as pd

from helpers.derive.measures import content, hosts
from helpers.derive.measures.cleaning import KEY
from helpers.derive.measures.content import DEFINITIONS
from helpers.derive.measures.engine import Frame
from helpers.derive.measures.several_groups import (
    count_carried_links,
    count_core_links,
    count_early_days,
    find_new_links,
)
from helpers.derive.measures.timetables import is_slot_kept
from helpers.derive.tables.window_rows import ActivityCounts
from helpers.records import DAY_US, MONTH_DAYS, QUARTER_DAYS
from helpers.store.store import Store

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

    @cached_property
    def known(self) -> Frame:
        """Return the messages with an identified author."""
        return self.spoken.messages.filter(~nw.col("member").is_null())

    @cached_property
    def hosts(self) -> Frame:
        """Return each group's host: the top poster of its first four weeks."""
        found = hosts.find_top_author(self.spoken.messages, MONTH_DAYS)
        return self.spoken.run.keep(found, "hosts")


def build_talk_rows(talk: Talk, wanted: Collection[str]) -> dict[str, pd.DataFrame]:
    """Build the requested tables on hosts and on links carried between groups."""
    return {name: rows(talk) for name, rows in TALK_ROWS.items() if name in wanted}


def _count_host_days(talk: Talk) -> pd.DataFrame:
    run, messages = talk.spoken.run, talk.spoken.messages
    daily = hosts.count_host_days(talk.spoken.member_days, talk.hosts)
    words = hosts.describe_first_host_messages(messages, talk.hosts)
    return run.fetch(daily, *DAYS).merge(run.fetch(words, *DAYS), "left", DAYS)


def _count_by_quarter(talk: Talk) -> pd.DataFrame:
    """Count each host's messages per 90 days of the group's age while it is active.

    A group whose owner never wrote, nor anybody in its first weeks, has no host.
    """
    spoken, run = talk.spoken, talk.spoken.run
    who = run.fetch(talk.hosts, "group").set_index("group")["host"]
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


TALK_ROWS: Mapping[str, Callable[[Talk], pd.DataFrame]] = MappingProxyType(
    {
        "host_days": _count_host_days,
        "quarters": _count_by_quarter,
        "carried": lambda talk: count_carried_links(
            talk.spoken.run, talk.known, talk.new_links
        ),
        "carriers": lambda talk: count_core_links(
            talk.spoken.run.fetch(
                count_early_days(talk.spoken.days), "group", "member"
            ),
            talk.new_links,
        ),
    }
)


def build_content_rows(
    spoken: ActivityCounts, day_offset_us: int
) -> dict[str, pd.DataFrame]:
    """Build tables of content (long messages or links): volume, hours, posters."""
    run, spine = spoken.run, spoken.messages
    lengths = run.fetch(spine.select(known=nw.col("chars").count()), "known")
    if not lengths["known"].sum():
        return {}
    days = run.fetch(content.count_content_by_day(spine), "group", "age_day")
    if not spoken.centres_from:
        return {"content": days}
    return {"content": days, "supply": _count_supply(spoken, day_offset_us)}


def _count_supply(spoken: ActivityCounts, day_offset_us: int) -> pd.DataFrame:
    """Find groups that post content at fixed hours; count posters of other texts."""
    run, spine, tables = spoken.run, spoken.messages, []
    by_slot = content.count_content_by_slot(spine, day_offset_us)
    slots = run.fetch(by_slot, "group", "week", "weekday", "hour").astype("int64")
    late = run.fetch(content.count_other_posters(spine), "group").set_index("group")
    for definition in DEFINITIONS:
        times = is_slot_kept(slots[slots[definition] > 0])
        others = late.loc[late[definition] > 0, definition].rename("other_posters")
        both = times.merge(others.reset_index(), "outer", "group")
        both["definition"] = definition
        tables.append(both)
    table = pd.concat(tables, ignore_index=True)
    defaults = {"scheduled": False, "scheduled_narrow": False, "other_posters": 0}
    for name, none in defaults.items():
        table[name] = table[name].astype(object).where(table[name].notna(), none)
    return table.sort_values(["group", "definition"], ignore_index=True)


_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\[\]{}]+", re.IGNORECASE)
_AFTER = ".,;:!?*_~。，；：！？、）】》”"  # of the sentence, not of the address
_TRACKING = re.compile(
    r"utm_|(?:fbclid|gclid|dclid|igshid|mc_cid|mc_eid|spm|ref|ref_src|source|share)$"
)


def list_addresses(text: str) -> list[str]:
    """List the distinct web addresses in a text, normalised, in order.

    >>> list_addresses("see [it](https://www.X.org/a/?utm_source=b#c). http://x.org/a")
    ['x.org/a']
    """
    addresses = dict.fromkeys(map(_read_address, _ADDRESS.findall(text)))
    addresses.pop("", None)
    return [*addresses]


@lru_cache(1 << 14)  # the same addresses are posted again and again
def _read_address(found: str) -> str:
    return normalise_address(_strip_brackets(found))


def _strip_brackets(address: str) -> str:
    """Strip punctuation and brackets that follow an address in a sentence."""
    bare = address.rstrip(_AFTER)
    if bare.endswith(")") and bare.count(")") > bare.count("("):
        return _strip_brackets(bare[:-1])
    closing = bare.find(")](")  # one link inside another's words
    return bare[:closing] if closing > 0 else bare


def normalise_address(address: str) -> str:
    """Normalise an address: drop "www.", tracking parameters and final slash.

    Scheme, user, port, ``www.``, fragment, parameters of tracking and a final slash
    are taken off, the host is in small letters; empty if there is no host.

    >>> normalise_address("https://a@WWW.Y.org:80/P/?q=1&utm_medium=z")
    'y.org/P?q=1'
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # brackets that are no address
        return ""
    parameters = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name.lower())
    ]
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""
