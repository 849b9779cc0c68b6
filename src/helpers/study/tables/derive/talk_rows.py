"""Tables on hosts, questions, replies, ties and sentiment, from messages.

Texts are looked at here and counted; nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.measures import hosts, newcomers
from helpers.measures.asking import count_opened_topics, count_questions
from helpers.measures.bonds import build_tie_life_table, find_reciprocal_ties
from helpers.measures.carrying import (
    count_carried_links,
    count_core_links,
    find_new_links,
)
from helpers.measures.cleaning import KEY
from helpers.measures.engine import Frame
from helpers.measures.founders import summarise_founders
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.sentiment import vader
from helpers.study.store.store import Store
from helpers.study.tables.derive.window_rows import ActivityCounts
from helpers.text import detect_language
from helpers.text.addresses import list_addresses

SIDED = 0.05  # of the compound score: positive and negative, as VADER's authors cut it
LEAST_MESSAGES = 200
MOSTLY = 0.5
TONED_MESSAGES, SEED = 100_000, 20240701  # of a user's study, by group and month
TONED = ("voices", "echoed")
OURS = r"(?i)\b(?:we|our|us)\b"
WROTE = ["group", "member", "time_us", "file", "position", "age_day"]
STAFF_DAYS, OPENED = 14, (14, 55)
ALIVE_DAYS = 60
DAYS, QUARTERS = ["group", "day"], ["group", "quarter"]
SAID = ["group", "topic", "member", "time_us", "file", "position", "age_us"]


@dataclass(frozen=True)
class Talk:
    """Included messages with authors and groups, from which tables are built."""

    spoken: ActivityCounts
    groups: pd.DataFrame
    store: Store  # where the messages' texts are looked at
    own_addresses: tuple[str, ...] = ()  # beginnings of the operator's own addresses
    # whether tone is read in groups that mostly write English, and in no others; then
    # of a random sample of `TONED_MESSAGES` if there are more
    english_alone: bool = False

    @cached_property
    def toned(self) -> pd.DataFrame:
        """Messages with sentiment (−1 to 1); ``room`` numbers gapless month series."""
        return _add_tone(self)

    @cached_property
    def new_links(self) -> pd.DataFrame:
        """Links that were posted in another group before this one."""
        return _list_new_links(self)

    @property
    def known(self) -> Frame:
        """Return the messages with an identified author."""
        return self.spoken.messages.filter(~nw.col("member").is_null())

    def answering(self, *, explicit: bool = False) -> pd.DataFrame:
        """Return the messages that reply to another, explicitly or by adjacency."""
        edges = [self.spoken.named, *([] if explicit else [self.spoken.beside])]
        rows = nw.concat([each.select(*KEY) for each in edges]).unique()
        return self.spoken.run.fetch(rows, *KEY)

    def hosted(self) -> Frame:
        """Return each group's host: the top poster of its first four weeks."""
        return hosts.find_top_author(self.spoken.messages, MONTH_DAYS)


def build_talk_rows(talk: Talk, wanted: Collection[str]) -> dict[str, pd.DataFrame]:
    """Build the requested tables on hosts, founders, questions, ties and sentiment.

    Of ``echoed`` it returns the messages: their echoes are summed without the engine.
    """
    tables = {name: rows(talk) for name, rows in TALK_ROWS.items() if name in wanted}
    return {
        name: rows for name, rows in tables.items() if name not in TONED or len(rows)
    }


def _count_host_days(talk: Talk) -> pd.DataFrame:
    run, messages = talk.spoken.run, talk.spoken.messages
    who = run.keep(talk.hosted(), "hosts")
    days = run.fetch(hosts.count_host_days(messages, who), *DAYS)
    words = run.fetch(hosts.describe_first_host_messages(messages, who), *DAYS)
    return days.merge(words, "left", DAYS)


def _count_questions(talk: Talk) -> pd.DataFrame:
    early = nw.col("age_us") < MONTH_DAYS * DAY_US
    messages = talk.known.filter(early).select(*SAID, "has_question")
    named = talk.spoken.named.filter(early)
    edges = named.select("group", "age_us", "member", "receiver")
    run = talk.spoken.run
    return count_questions(
        run.fetch(messages, *SAID[3:]), run.fetch(edges, *edges.columns)
    )


def _count_openings(talk: Talk) -> pd.DataFrame:
    staff = hosts.find_top_author(talk.spoken.messages, STAFF_DAYS)
    return talk.spoken.run.fetch(
        count_opened_topics(talk.known, staff, *OPENED), "group"
    )


def _count_by_quarter(talk: Talk) -> pd.DataFrame:
    """Count each host's messages per 90 days of the group's age while it is active.

    A group whose owner never wrote, nor anybody in its first weeks, has no host.
    """
    spoken, run = talk.spoken, talk.spoken.run
    who = run.fetch(talk.hosted(), "group").set_index("group")["host"]
    if spoken.owners is not None:
        owned = run.fetch(spoken.owners, "group").set_index("group")["owner"]
        who = owned.combine_first(who)
    named = spoken.named.select("group", "file", "position", "age_us")
    adjacent = spoken.beside.select("group", "file", "position", "age_us")
    who = who.dropna().rename("host").astype("int64")
    frame = run.frame(who.reset_index())
    parts = hosts.count_host_messages_by_quarter(
        spoken.messages, frame, named, nw.concat([named, adjacent])
    )
    table = _list_observed_quarters(talk.groups[talk.groups["group"].isin(who.index)])
    for part in parts:
        table = table.merge(run.fetch(part, *QUARTERS), "left", QUARTERS)
    return table.fillna(0)


def _list_observed_quarters(groups: pd.DataFrame) -> pd.DataFrame:
    """List the 90-day periods of age in which a group was observed and active."""
    span = hosts.QUARTER_DAYS * DAY_US
    watched = (groups["end_us"] - groups["origin_us"]) // span
    alive = (groups["last_us"] - groups["origin_us"] + ALIVE_DAYS * DAY_US) // span
    n_quarters = pd.concat([watched, alive], axis=1).min(axis=1).fillna(0).astype(int)
    rows = groups.loc[groups.index.repeat(n_quarters), ["group"]].reset_index(drop=True)
    return rows.assign(quarter=rows.groupby("group").cumcount())


def _build_ties(talk: Talk) -> pd.DataFrame:
    run = talk.spoken.run
    edges = talk.spoken.named.select("group", "age_us", "member", "receiver")
    replies = run.fetch(edges, *edges.columns)
    who = run.frame(replies[["group", "member"]].drop_duplicates())
    messages = talk.known.join(who, on=["group", "member"], how="inner")
    messages = messages.select("group", "member", "age_us")
    return build_tie_life_table(
        find_reciprocal_ties(replies, run.fetch(messages, *messages.columns))
    )


def _select_texts(
    talk: Talk, containing: str = "", months: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read the texts that contain a string, with authors, in time order.

    Parameters
    ----------
    months
        The groups' months of age to which messages are restricted: ``group, month``.
    """
    run = talk.spoken.run
    records = run.scan(*talk.store.parts("message"))
    text = nw.col("text")
    read = records.filter(~text.is_null(), text.str.contains(containing, literal=True))
    ordinals = run.frame(talk.groups[["group", "key"]])
    named = read.select("file", "position", "text", key=nw.col("group").cast(nw.String))
    rows = named.join(ordinals, on="key", how="inner").drop("key")
    texts = talk.known.select(*WROTE, "day")
    if months is not None:
        month = (nw.col("age_day") // MONTH_DAYS).cast(nw.Int64)
        keys = ["group", "month"]
        by_month = texts.with_columns(month=month)
        texts = by_month.join(run.frame(months), on=keys, how="inner").drop("month")
    both = texts.join(rows, on=list(KEY), how="inner")
    return run.fetch(both, "group", "time_us", "file", "position")


def _list_new_links(talk: Talk) -> pd.DataFrame:
    """List links that were posted in another group before this one."""
    rows = _select_texts(talk, "://")
    each = rows.assign(address=rows.pop("text").map(list_addresses)).explode("address")
    return find_new_links(each.dropna(subset="address"), talk.own_addresses)


def _count_carried(talk: Talk) -> pd.DataFrame:
    by_person = ("member", "time_us", "file", "position", "group")
    messages = talk.spoken.run.fetch(talk.known.select(*by_person), *by_person)
    return count_carried_links(messages, talk.new_links)


def _count_carriers(talk: Talk) -> pd.DataFrame:
    columns = ("group", "member", "age_day")
    days = talk.spoken.run.fetch(talk.known.select(*columns).unique(), *columns)
    return count_core_links(days, talk.new_links)


def _add_tone(talk: Talk) -> pd.DataFrame:
    """Add each message's sentiment (VADER), from −1 to 1."""
    months = _sample_months(talk) if talk.english_alone else None
    rows = _select_texts(talk, months=months)
    rows = rows.assign(room=rows["group"] if months is None else _find_rooms(rows))
    if talk.english_alone:
        rows = rows[rows["group"].isin(_list_english_groups(rows))]
    return rows.assign(tone=2 * vader.measure_texts(rows["text"].tolist()).score - 1)


def _sample_months(talk: Talk) -> pd.DataFrame | None:
    """Sample months of groups to score sentiment; None if no sampling is needed."""
    month = (nw.col("age_day") // MONTH_DAYS).cast(nw.Int64)
    counts = talk.known.with_columns(month=month).group_by("group", "month")
    rows = talk.spoken.run.fetch(counts.agg(messages=nw.len()), "group", "month")
    if rows["messages"].sum() <= TONED_MESSAGES:
        return None
    drawn = rows.iloc[np.random.default_rng(SEED).permutation(len(rows))]
    within = drawn["messages"].cumsum() <= TONED_MESSAGES
    return drawn.loc[within, ["group", "month"]].astype("int64")


def _find_rooms(rows: pd.DataFrame) -> pd.Series[int]:
    """Assign a number to each series of consecutive sampled months of each group."""
    month = rows["age_day"] // MONTH_DAYS
    starts_room = rows["group"].ne(rows["group"].shift()) | (month.diff() > 1)
    return starts_room.astype("int64").cumsum()


def _list_english_groups(rows: pd.DataFrame) -> pd.Series[int]:
    """List the groups in which at least half of the texts are English."""
    languages = pd.Series(
        detect_language(rows["text"].tolist()).to_pylist(), rows.index
    )
    read = languages[languages != "none"]
    share = read.eq("en").groupby(rows["group"]).mean()
    return share.index[share >= MOSTLY].to_series()


def _count_voices(talk: Talk) -> pd.DataFrame:
    rows = talk.toned
    answering = talk.answering()
    return pd.DataFrame(
        {
            "group": rows["group"], "month": rows["age_day"] // MONTH_DAYS,
            "messages": 1, "replies": pd.MultiIndex.from_frame(rows[list(KEY)]).isin(
                pd.MultiIndex.from_frame(answering)
            ),
            "we": rows["text"].str.contains(OURS, regex=True),
            "negative": rows["tone"] <= -SIDED, "positive": rows["tone"] >= SIDED,
        }
    ).groupby(["group", "month"]).sum().astype("int64").reset_index()  # fmt: skip


def _select_echoing(talk: Talk) -> pd.DataFrame:
    """Select messages of busy groups, to compare their tone with earlier messages."""
    rows = talk.toned
    busy = rows.groupby("group")["tone"].transform("size") >= LEAST_MESSAGES
    rows = rows[busy]
    answering = pd.MultiIndex.from_frame(talk.answering(explicit=True))
    replying = pd.MultiIndex.from_frame(rows[list(KEY)]).isin(answering)
    return rows[["room", "member", "day", "tone"]].assign(replying=replying)


def _summarise_founders(talk: Talk) -> pd.DataFrame:
    """Summarise founders' earlier contacts and replies received, by kind of reply."""
    spoken, run = talk.spoken, talk.spoken.run
    columns = ("group", "age_us", "member", "receiver")
    named, adjacent = (
        edges.select(*columns) for edges in (spoken.named, spoken.beside)
    )
    kinds = {"explicit": named, "either": nw.concat([named, adjacent]).unique()}
    member_days = spoken.days.filter(~nw.col("member").is_null())
    firsts = newcomers.find_first_messages(spoken.messages)
    whose = ("group", "member")
    return summarise_founders(
        run.fetch(member_days.select(*whose, "age_day"), *whose, "age_day"),
        run.fetch(firsts.select(*whose, "first_us"), *whose),
        {kind: run.fetch(edges, *columns) for kind, edges in kinds.items()},
        talk.groups,
    )


TALK_ROWS: Mapping[str, Callable[[Talk], pd.DataFrame]] = MappingProxyType(
    {
        "host_days": _count_host_days,
        "questions": _count_questions,
        "openings": _count_openings,
        "quarters": _count_by_quarter,
        "founders": _summarise_founders,
        "ties": _build_ties,
        "carried": _count_carried,
        "carriers": _count_carriers,
        "voices": _count_voices,
        "echoed": _select_echoing,
    }
)
