"""Messages → who hosts, asks, answers and opens, and what becomes of ties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import narwhals as nw
import pandas as pd

from helpers.measures import hosts
from helpers.measures.activity import MONTH_DAYS
from helpers.measures.asking import asking, opened
from helpers.measures.bonds import bonds, life_table
from helpers.measures.cleaning import KEY
from helpers.measures.engine import Frame
from helpers.records import DAY_US
from helpers.study.store.store import Store
from helpers.study.tables.derive.text_rows import TEXT_ROWS, TONED
from helpers.study.tables.derive.window_rows import Spoken

STAFF_DAYS, OPENED = 14, (14, 55)
ALIVE_DAYS = 60
DAYS, QUARTERS = ["group", "day"], ["group", "quarter"]
SAID = ["group", "topic", "member", "time_us", "file", "position", "age_us"]


@dataclass(frozen=True, slots=True)
class Talk:
    """The messages that count, who wrote them, and the table of groups.

    Attributes
    ----------
    spoken, groups
        As other tables are made of them.
    store
        Where the messages' texts are looked at.
    own_addresses
        Beginnings of the operator's own addresses.
    english_alone
        Whether tone is read in groups that mostly write English, and in no others.
    """

    spoken: Spoken
    groups: pd.DataFrame
    store: Store
    own_addresses: tuple[str, ...] = ()
    english_alone: bool = False

    @property
    def known(self) -> Frame:
        """Messages by known people."""
        return self.spoken.messages.filter(~nw.col("member").is_null())

    def answering(self, *, explicit: bool = False) -> pd.DataFrame:
        """Return the messages that answer somebody, by name or quote or by any sign."""
        edges = [self.spoken.named, *([] if explicit else [self.spoken.beside])]
        rows = nw.concat([each.select(*KEY) for each in edges]).unique()
        return self.spoken.run.fetch(rows, *KEY)

    def hosted(self) -> Frame:
        """Return who wrote most in each group's first four weeks."""
        return hosts.wrote_most(self.spoken.messages, MONTH_DAYS)


def talk_rows(talk: Talk, wanted: Collection[str]) -> dict[str, pd.DataFrame]:
    """Return those of `TALK_ROWS` that are wanted, `TONED` only if there is a row."""
    made = {name: rows(talk) for name, rows in TALK_ROWS.items() if name in wanted}
    return {name: rows for name, rows in made.items() if name not in TONED or len(rows)}


def _host_days(talk: Talk) -> pd.DataFrame:
    run, messages = talk.spoken.run, talk.spoken.messages
    who = run.keep(talk.hosted(), "hosts")
    days = run.fetch(hosts.hosted_days(messages, who), *DAYS)
    words = run.fetch(hosts.first_words(messages, who), *DAYS)
    return days.merge(words, "left", DAYS)


def _questions(talk: Talk) -> pd.DataFrame:
    early = nw.col("age_us") < MONTH_DAYS * DAY_US
    said = talk.known.filter(early).select(*SAID, "has_question")
    named = talk.spoken.named.filter(early)
    edges = named.select("group", "age_us", "member", "receiver")
    run = talk.spoken.run
    return asking(run.fetch(said, *SAID[3:]), run.fetch(edges, *edges.columns))


def _openings(talk: Talk) -> pd.DataFrame:
    staff = hosts.wrote_most(talk.spoken.messages, STAFF_DAYS)
    return talk.spoken.run.fetch(opened(talk.known, staff, *OPENED), "group")


def _quarters(talk: Talk) -> pd.DataFrame:
    """Return spans watched to their end by groups alive then; 0 where nobody wrote.

    A group whose owner never wrote, nor anybody in its first weeks, has no host.
    """
    spoken, run = talk.spoken, talk.spoken.run
    who = run.fetch(talk.hosted(), "group").set_index("group")["host"]
    if spoken.owners is not None:
        owned = run.fetch(spoken.owners, "group").set_index("group")["owner"]
        who = owned.combine_first(who)
    named = spoken.named.select("group", "file", "position", "age_us")
    beside = spoken.beside.select("group", "file", "position", "age_us")
    who = who.dropna().rename("host").astype("int64")
    frame = run.frame(who.reset_index())
    parts = hosts.quarters(spoken.messages, frame, named, nw.concat([named, beside]))
    table = _watched(talk.groups[talk.groups["group"].isin(who.index)])
    for part in parts:
        table = table.merge(run.fetch(part, *QUARTERS), "left", QUARTERS)
    return table.fillna(0)


def _watched(groups: pd.DataFrame) -> pd.DataFrame:
    """Return ``group, quarter`` for as long as groups are watched and alive."""
    span = hosts.QUARTER_DAYS * DAY_US
    watched = (groups["end_us"] - groups["origin_us"]) // span
    alive = (groups["last_us"] - groups["origin_us"] + ALIVE_DAYS * DAY_US) // span
    many = pd.concat([watched, alive], axis=1).min(axis=1).fillna(0).astype(int)
    rows = groups.loc[groups.index.repeat(many), ["group"]].reset_index(drop=True)
    return rows.assign(quarter=rows.groupby("group").cumcount())


def _ties(talk: Talk) -> pd.DataFrame:
    run = talk.spoken.run
    edges = talk.spoken.named.select("group", "age_us", "member", "receiver")
    told = run.fetch(edges, *edges.columns)
    who = run.frame(told[["group", "member"]].drop_duplicates())
    said = talk.known.join(who, on=["group", "member"], how="inner")
    said = said.select("group", "member", "age_us")
    return life_table(bonds(told, run.fetch(said, *said.columns)))


TALK_ROWS: Mapping[str, Callable[[Talk], pd.DataFrame]] = MappingProxyType(
    {
        "host_days": _host_days,
        "questions": _questions,
        "openings": _openings,
        "quarters": _quarters,
        "ties": _ties,
        **TEXT_ROWS,
    }
)
