"""Long-running chat threads ("lounges") of a forum, linked to groups.

When a thread for one theme by one host fills, it is continued under the next number,
and all numbers are one group. It enters at its fiftieth post, if that comes in its
first 28 days, so that nothing is immortal until it has been seen to be busy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from helpers.records import DAY_US, MINUTE_US, MONTH_DAYS
from pipeline.corpora.shared.corpus import RawFolder

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
