"""Long-running chat threads of a Chinese forum, 2022–2025: authors, quotes.

A forum, not a chat: a lounge is a thread, members are those who wrote. When one for a
theme by one host fills, it is continued under the next number, and all are one group.
It enters at its fiftieth post, if that comes in its first 28 days, so that nothing is
immortal until it has been seen to be busy. A program that visits the first page took up
a lounge on a busy day and read all of it, so slow talk after the last busy spell is
unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from helpers.files import read_description
from helpers.records import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    MONTH_DAYS,
    Batch,
    from_rows,
    to_day_us,
)
from pipeline.corpora.shared.corpus import RawFolder, Supplements
from pipeline.corpora.shared.dates import name_by_first_day
from pipeline.corpora.shared.record_batches import BATCH_ROWS, record_batch
from pipeline.corpora.shared.registers import build_facts

EARLY_US = MONTH_DAYS * DAY_US
THREADS, POSTS = "threads", "posts"
BROKEN = "in a lounge whose first posts are not there"
COLUMNS = (
    "thread", "floor", "t_min_utc", "user", "op", "reply_back", "flags", "len10",
)  # fmt: skip
LEAST_POSTS = 50  # in its first 28 days, for a thread to be listed


@dataclass(frozen=True, eq=False)
class Lounges:
    """The long-running chat threads of a forum, with their posts."""

    threads: pd.DataFrame
    posts: pd.DataFrame
    others: dict[str, int]

    def sizes(self, end_us: int) -> pd.DataFrame:
        """Count posts by lounge (chat thread) before a time, with first and last.

        ``end_us`` is the last post of who was closed by then, ``entry_us`` the instant
        of the fiftieth post, or nan.
        """
        posts = self.posts[self.posts["time_us"] < end_us]
        by = posts.groupby("place", observed=True)["time_us"]
        table = by.agg(first_us="min", last_us="max", messages="size")
        age = posts["time_us"] - by.transform("min")
        early = (age < EARLY_US).groupby(posts["place"], observed=True).sum()
        nth = by.cumcount().to_numpy() + 1
        times = posts.set_index("place")["time_us"]
        closed = self.threads.groupby("place")["closed"].all()
        last = self.posts.groupby("place", observed=True)["time_us"].max()
        gone = closed.reindex(last.index.astype(str)).to_numpy() & (last < end_us)
        sizes: pd.DataFrame = table.assign(
            early_messages=early,
            end_us=last.where(gone, end_us),
            entry_us=times[nth == LEAST_POSTS],
        )
        sizes.index = sizes.index.astype("str").rename(None)
        return sizes


def select_frame(sizes: pd.DataFrame, since_us: int) -> pd.DataFrame:
    """Select the threads with fifty posts in 28 days, and when each had them.

    Who has no post since the record begins is never at risk, and left out.
    """
    entry = sizes["entry_us"]
    inside = (entry - sizes["first_us"] < EARLY_US) & (sizes["last_us"] >= since_us)
    late = entry[inside].clip(lower=since_us).astype("int64")
    return sizes[inside].assign(entry_us=late)


def read_lounges(raw: RawFolder) -> Lounges:
    """Read all files of a forum's chat threads and of their posts."""
    threads = _classify_threads(raw)
    lounge = threads[threads["lounge"]]
    whole = lounge[lounge["min_floor"] == 1]
    parts = []
    others = {"in a thread that is no lounge": 0, BROKEN: 0}
    for name in raw.beginning(POSTS):
        table = pq.read_table(raw.path / name, columns=list(COLUMNS)).to_pandas()
        table["position"] = np.arange(1, len(table) + 1, dtype=np.int32)
        ours = table["thread"].isin(lounge.index)
        seen = table["thread"].isin(whole.index)
        others["in a thread that is no lounge"] += int((~ours).sum())
        others[BROKEN] += int((ours & ~seen).sum())
        parts.append(table[seen].assign(file=name))
    posts = pd.concat(parts, ignore_index=True)
    posts = posts.assign(
        place=posts["thread"].map(whole["place"]).astype("category"),
        file=posts["file"].astype("category"),
        time_us=posts["t_min_utc"].astype("int64") * MINUTE_US,
    )
    order = ["place", "time_us", "file", "position"]
    return Lounges(whole, posts.sort_values(order, ignore_index=True), others)


def _classify_threads(raw: RawFolder) -> pd.DataFrame:
    """Assign threads to chat series by title; mark which are chat threads."""
    tables = [pd.read_csv(raw.path / name) for name in raw.beginning(THREADS)]
    threads = pd.concat(tables, ignore_index=True).set_index("thread")
    chained = threads["series"].notna()
    own = threads.index.to_series().astype("str")
    return threads.assign(
        lounge=threads["standing_title"].eq(1) | chained,
        place=threads["series"].where(chained, own),
        closed=threads["inaccessible"].eq(1),
    )


ZONE_US = 8 * HOUR_US
END_US = to_day_us(date(2025, 3, 26)) - ZONE_US
SINCE_US = to_day_us(date(2022, 1, 1)) - ZONE_US  # who ended before is unseen
KINDS = read_description("zh_s1_lounges")["reading"]  # boards by their first words
OTHER = "another board"
TENS, LINK = 10, 2  # characters of a unit; a flag


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of the listed chat threads (lounges) and their posts."""
    raw.tally.update(dict.fromkeys(raw.names, 0))
    for name in raw.beginning(POSTS):
        raw.tally[name] = pq.read_metadata(raw.path / name).num_rows
    forum = read_lounges(raw)
    groups = _describe_frame(forum)
    posts = forum.posts[forum.posts["place"].isin(groups.index)]
    for name in raw.beginning(POSTS):
        part = posts[posts["file"] == name].sort_values("position", kind="stable")
        yield from _build_messages(part, groups["key"], name)
    yield from_rows("group", _build_groups(groups))


def _describe_frame(forum: Lounges) -> pd.DataFrame:
    """Return the listed chat threads with key, kind, owner and closure."""
    table = select_frame(forum.sizes(END_US), SINCE_US)
    threads = forum.threads.groupby("place")
    board = threads["board"].first().reindex(table.index)
    first = forum.posts[forum.posts["floor"] == 1].set_index("place")["user"]
    alone = threads.size().reindex(table.index).eq(1)
    host = first[~first.index.duplicated()].reindex(table.index)
    table = table.assign(
        kind=board.str.extract(f"^({'|'.join(KINDS)})")[0].map(KINDS).fillna(OTHER),
        owner=host.map(str).astype(object).where(alone, None),
        closed=table["end_us"] < END_US,
    )
    local_us = table["first_us"] + ZONE_US
    key = name_by_first_day(table.index.to_series(), table["kind"], local_us)
    return table.assign(key=key)


def _build_messages(
    posts: pd.DataFrame, key: pd.Series[str], file: str
) -> Iterator[Batch]:
    thread = posts["thread"].astype("str")
    stem = thread + "/"
    quoted = posts["floor"] - posts["reply_back"]
    table = pd.DataFrame(
        {
            "group": posts["place"].astype("str").map(key).astype("category"),
            "id": stem + posts["floor"].astype("str"),
            "sender": posts["user"].astype("category"),
            "time_us": posts["time_us"],
            "chars": posts["len10"].astype("int32") * TENS,
            "reply_to": (stem + quoted.astype("str")).where(posts["reply_back"] > 0),
            "topic": thread.astype("category"),
            "links": (posts["flags"] & LINK > 0).astype("int32"),
            "position": posts["position"],
        }
    )
    table["sender"] = table["sender"].cat.rename_categories(str)
    for start in range(0, len(table), BATCH_ROWS):
        part = table.iloc[start : start + BATCH_ROWS]
        columns: dict[str, Any] = {str(name): part[name] for name in part}
        columns["kind"] = np.repeat("text", len(part))
        yield record_batch(columns, file, start, len(part))


def _build_groups(groups: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "group": row.key,
            "network": "Stage1st",
            "platform": "forum",
            "kind": row.kind,
            "seen_us": SINCE_US,
            "closed_us": row.end_us if row.closed else None,
            "closed_kind": "no longer open to the program" if row.closed else None,
            "owner": row.owner,
            "file": POSTS,
            "position": 1,
        }
        for row in groups.sort_values("key", kind="stable").itertuples()
    ]


def read_supplements(raw: RawFolder) -> Supplements:
    """Build tables of chat threads: hosts' posts per day, hours, properties."""
    forum = read_lounges(raw)
    groups = _describe_frame(forum)
    posts = _add_keys(forum, groups)
    older = forum.threads.groupby("place")["number"].min().gt(1).reindex(groups.index)
    born = groups["first_us"] >= SINCE_US
    marks = {"there_at_first": older, "recorded_from_origin": born & ~older}
    return Supplements(
        tables={
            "owner_days": _count_host_days(posts),
            "rhythm": _count_rhythm(posts),
            "facts": build_facts(groups, marks),
        },
        aside=forum.others | _count_outside_frame(forum, groups),
        entries=dict(zip(groups["key"], groups["entry_us"], strict=True)),
    )


def _add_keys(forum: Lounges, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the posts of the listed chat threads, with the thread's key."""
    keyed = forum.posts.assign(
        key=forum.posts["place"].astype("str").map(groups["key"]).astype("category")
    ).dropna(subset="key")
    ends = groups.set_index("key")["end_us"]
    return keyed[keyed["time_us"] <= keyed["key"].map(ends).astype("int64")]


def _count_outside_frame(forum: Lounges, groups: pd.DataFrame) -> dict[str, int]:
    """Count posts in chat threads that are not analysed, by reason."""
    whenever = select_frame(forum.sizes(END_US), since_us=0)
    size = forum.posts["place"].astype("str").value_counts()
    quiet = ~size.index.isin(whenever.index)
    before = ~quiet & ~size.index.isin(groups.index)
    return {
        "in a lounge with fewer than 50 posts in its first 28 days": int(
            size[quiet].sum()
        ),
        "in a lounge without a post since 2022": int(size[before].sum()),
    }


def _count_host_days(posts: pd.DataFrame) -> pd.DataFrame:
    """Count posts per day by each thread's host and by other authors."""
    day = (posts["time_us"] + ZONE_US) // DAY_US
    by = posts["op"].groupby([posts["key"], day.rename("day")], observed=True)
    table = by.agg(owner="sum", all="size").reset_index()
    others = table["all"] - table["owner"]
    return table.assign(others=others, prompt=None).astype({"key": "str"})


def _count_rhythm(posts: pd.DataFrame) -> pd.DataFrame:
    local = posts["time_us"] + ZONE_US
    slots = {
        "weekday": (local // DAY_US + 3) % 7,  # 1970-01-01 was a Thursday
        "hour": local // HOUR_US % 24,
    }
    by = posts[["key"]].assign(**slots).groupby(["key", *slots], observed=True)
    return by.size().rename("items").reset_index().astype({"key": "str"})
