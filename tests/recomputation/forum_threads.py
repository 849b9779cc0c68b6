"""Read a forum's long-running threads from raw posts, by the plan's entry E4."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from tests.raw_corpora import SHARED

RAW = SHARED / "zh_s1_lounges"
COLUMNS = [
    "thread", "floor", "t_min_utc", "user", "op", "reply_back", "flags", "len10",
]  # fmt: skip
DAY = 1440  # minutes
BEIJING = pd.Timedelta(hours=8)


def minute(day):
    """Return the minute (since 1970) at which a day begins at UTC+8."""
    return int((pd.Timestamp(day) - BEIJING - pd.Timestamp(0)).total_seconds() // 60)


END, SINCE = minute("2025-03-26"), minute("2022-01-01")


@cache
def posts():
    """Return the posts of long-running threads, by thread and time.

    Columns ``lounge, minute, user, quoted`` (who was quoted, -1 for nobody or the
    poster), ``host``, ``link`` (to outside), ``len10`` (characters, in tens). Numbers
    of a series are one lounge.
    """
    if not RAW.is_dir():
        pytest.skip("the raw corpora are not at hand")
    threads = pd.read_csv(RAW / "threads.csv.gz")
    standing = (threads["standing_title"] == 1) | threads["series"].notna()
    threads = threads[standing & (threads["min_floor"] == 1)].set_index("thread")
    name = threads["series"].fillna(threads.index.to_series().astype(str))
    parts = []
    for file in sorted(RAW.glob("posts_*.parquet")):
        part = pd.read_parquet(file, columns=COLUMNS)
        part = part[part["thread"].isin(threads.index)].reset_index(drop=True)
        floors = part[["thread", "floor", "user"]]
        back = part.assign(floor=part["floor"] - part["reply_back"])
        asked = back[part["reply_back"] > 0][["thread", "floor"]].reset_index()
        found = asked.merge(floors, on=["thread", "floor"], how="left")
        target = found.set_index("index")["user"].reindex(part.index)
        part["link"] = (part.pop("flags") & 2) > 0
        part["quoted"] = target.where(target != part["user"]).fillna(-1).astype(int)
        parts.append(part)
    rows = pd.concat(parts, ignore_index=True)
    rows["lounge"] = rows["thread"].map(name)
    rows = rows.rename(columns={"t_min_utc": "minute", "op": "host"})
    rows = rows[rows["minute"] < END]
    return rows.sort_values(["lounge", "minute"], kind="stable", ignore_index=True)


@cache
def lounges(least=50):
    """Return threads with minutes of birth, entry, last post and end."""
    rows = posts()
    by = rows.groupby("lounge")["minute"]
    table = by.agg(birth="min", last="max")
    nth = by.cumcount()
    table["entry"] = rows[nth == least - 1].set_index("lounge")["minute"]
    age = rows["minute"] - rows["lounge"].map(table["birth"])
    early = age < 28 * DAY
    table["early_messages"] = early.groupby(rows["lounge"]).sum()
    table = table[(table["entry"] - table["birth"] < 28 * DAY)]
    table = table[table["last"] >= SINCE].copy()
    threads = pd.read_csv(RAW / "threads.csv.gz")
    name = threads["series"].fillna(threads["thread"].astype(str))
    shut = threads.groupby(name)["inaccessible"].min().reindex(table.index).eq(1)
    table["end"] = table["last"].where(shut, END)
    table["entry"] = table["entry"].clip(lower=SINCE)
    first = threads.groupby(name)["number"].min().reindex(table.index)
    table["older"] = first > 1  # numbers before the first one seen are missing
    table["born"] = (table["birth"] >= SINCE) & ~table["older"]
    week = pd.to_datetime(table["birth"], unit="m").dt.strftime("%G-W%V")
    return table.assign(
        network="Stage1st", batch=week, group=np.arange(len(table))
    ).reset_index()


def lives(table):
    """Return ages of threads at entry and at the end, dead by W silent days.

    W is 60, or what six messages take at the rate of the first 28 days, up to 180.
    """
    w = (6 * 28 / table["early_messages"]).clip(60, 180)
    watched = (table["end"] - table["birth"]) / DAY - w
    spoke = (table["last"] - table["birth"]) / DAY
    out = table.assign(
        dead=spoke < watched, exit=np.minimum(spoke, watched), whole=watched + w,
        entry=(table["entry"] - table["birth"]) / DAY,
    )  # fmt: skip
    return out[watched >= 0].reset_index(drop=True)


def first_gaps(table):
    """Return when each thread first was silent for W days, or censoring."""
    rows = posts()
    rows = rows[rows["lounge"].isin(table["lounge"])]
    gap = rows.groupby("lounge")["minute"].diff()
    w = table.set_index("lounge")["early_messages"].rdiv(6 * 28).clip(60, 180) * DAY
    long = rows[gap >= rows["lounge"].map(w)]
    before = long["minute"] - gap[long.index]
    start = before.groupby(long["lounge"]).min().reindex(table["lounge"]).to_numpy()
    last = table["last"].to_numpy(float)
    gone = np.fmin(np.nan_to_num(start, nan=np.inf), last) - table["birth"]
    watched = table["end"] - table["birth"] - w[table["lounge"]].to_numpy()
    out = table.assign(time=np.minimum(gone, watched) / DAY, died=gone < watched)
    return out[watched >= 0].reset_index(drop=True)
