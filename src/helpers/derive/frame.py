"""The one cleaned frame: every message, who wrote it, and why it does not count.

Page, private page, chapter, inspection, tone, replies and the library read it, or the
tables that `derive_tables` makes of the same marked messages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.derive.measures import open_engine, replies
from helpers.derive.measures.engine import Engine, Frame, drop_duplicates
from helpers.derive.tables.derive import Terms, mark_imports, mark_messages
from helpers.records import SCHEMAS
from helpers.store.store import Store

COLUMNS = (
    "time", "group", "sender", "kind", "text", "reply_to", "id", "bot", "topic",
    "mentions", "person", "reason",
)  # fmt: skip
PLACE = ("file", "position")  # of a message in its export
TEXTS = ("group", "sender", "id", "reply_to", "topic")  # that replies are found by
# what a program wrote for the sender, or another person's words
NOT_OWN_WORDS = (
    "forward", "share", "contact", "location", "file", "call", "poke", "red_packet",
    "transfer", "poll", "sticker",
)  # fmt: skip


def place_groups(store: Store, rows: Iterable[Mapping[str, Any]], path: Path) -> Store:
    """Return a store with other records of groups, such as when each was closed."""
    numbered = [dict(row) | {"position": nth} for nth, row in enumerate(rows)]
    pq.write_table(pa.Table.from_pylist(numbered, schema=SCHEMAS["group"]), path)
    return replace(store, files={**store.files, "group": (path,)})


def place_closings(store: Store, closed: Mapping[str, int], path: Path) -> Store:
    """Return a store whose groups are those that were closed, with the time of it."""
    rows = ({"group": group, "closed_us": us} for group, us in sorted(closed.items()))
    return place_groups(store, rows, path)


def read_frame(store: Store, terms: Terms) -> pd.DataFrame:
    """Read all stored messages in order: `COLUMNS`, with ``time_us`` and `PLACE`."""
    names = [name for name in COLUMNS if name not in {"time", "person"}]
    with open_engine(terms.engine) as run:
        marked = mark_messages(run, store, terms)
        rows = run.fetch(
            marked.select(*names, "scope", "time_us", *PLACE),
            "time_us", "group", *PLACE,
        )  # fmt: skip
    rows = rows.astype(dict.fromkeys(rows.select_dtypes("category"), "str"))
    person = name_people(rows["sender"], rows.pop("scope"))
    return rows.assign(person=person, bot=rows["bot"].astype("boolean"))


def count_written(store: Store, terms: Terms) -> pd.DataFrame:
    """Count the messages that count: ``group, sender, messages, first_us, last_us``."""
    with open_engine(terms.engine) as run:
        marked = mark_messages(run, store, terms)
        kept = marked.filter(nw.col("reason").is_null())
        by_sender = kept.group_by("group", "sender").agg(
            messages=nw.len(),
            first_us=nw.col("time_us").min(),
            last_us=nw.col("time_us").max(),
        )
        rows = run.fetch(by_sender, "group", "sender")
    return rows.astype({"group": object, "sender": object})


def name_people(who: pd.Series[str], scope: pd.Series[str]) -> pd.Series[str]:
    """Return who is one person: an id, or a name and the group that it is used in.

    >>> name_people(pd.Series(["a", "b"]), pd.Series(["", "g"])).tolist()
    ['a', 'b@g']
    """
    return who.mask(scope.ne(""), who + "@" + scope)


def find_name_scopes(group: pd.Series[str], by_name: Collection[str]) -> pd.Series[str]:
    """Return groups in which people are identified by name, and "" for the others."""
    return group.where(group.isin(by_name), "")


def select_counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the messages that count: all, where a frame gives no reasons."""
    return frame[frame["reason"].isna()] if "reason" in frame else frame


def select_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the messages that count and contain their senders' own words."""
    rows = select_counted(frame)
    own = rows["text"].fillna("").ne("")
    if "kind" in rows:
        own &= ~rows["kind"].isin(NOT_OWN_WORDS)
    return rows[own]


class Replies(NamedTuple):
    """Replies on record, and messages within ten minutes of another person's."""

    explicit: Frame
    adjacent: Frame


def find_replies(run: Engine, counted: Frame) -> Replies:
    """Find replies between people among the messages that count."""
    spine = counted.select(
        "group", "id", "reply_to", "mentions", "topic", "scope", "time_us", *PLACE,
        age_us="time_us", member="sender",
    )  # fmt: skip
    written = mark_imports(run, spine).filter(~nw.col("imported"))
    known = written.filter(~nw.col("member").is_null())
    people = drop_duplicates(known.select("scope", "member", sender="member"))
    return Replies(
        replies.list_explicit_replies(written, people),
        replies.list_adjacent_replies(written),
    )


def list_replies(frame: pd.DataFrame) -> pd.DataFrame:
    """List replies: ``group, row, sender, to, explicit``."""
    rows = select_counted(frame).dropna(subset="sender")
    at = pd.Series(range(len(frame)), frame.index)[rows.index]
    texts = {name: rows[name].astype("str") for name in TEXTS}
    named = pa.array(rows["mentions"], SCHEMAS["message"].field("mentions").type)
    if "time_us" not in rows:
        times = pd.to_datetime(rows["time"], utc=True).dt.as_unit("us")
        rows = rows.assign(time_us=times.astype("int64"))
    rows = rows.assign(
        **texts,
        mentions=pd.Series(pd.arrays.ArrowExtensionArray(named), rows.index),
        scope=find_scopes(rows),
        file="",
        position=at,
    )[[*texts, "mentions", "scope", "time_us", *PLACE]]
    with open_engine("duckdb") as run:
        found = find_replies(run, run.frame(rows))
        tables = [
            run.fetch(
                edges.select(
                    "group", row="position", sender="member", to="receiver",
                    explicit=nw.lit(value=edges is found.explicit),
                ),
                "group", "row", "to",
            )
            for edges in found
        ]  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def find_scopes(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the group of people who are known by name only, else an empty string."""
    by_name = rows["person"].ne(rows["sender"]) & rows["sender"].notna()
    return rows["group"].astype("str").where(by_name, "")
