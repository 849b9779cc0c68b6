"""Messages with their text → links carried, tone and words of months, tone passed on.

Texts are looked at here and counted; nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from helpers.measures.activity import MONTH_DAYS
from helpers.measures.carrying import carried, carriers, new_here
from helpers.measures.cleaning import KEY
from helpers.measures.echoing import echoed
from helpers.sentiment import vader
from helpers.text import language
from helpers.text.addresses import addresses

if TYPE_CHECKING:
    from helpers.study.tables.derive.talk_rows import Talk

SIDED = 0.05  # of the compound score: positive and negative, as VADER's authors cut it
LEAST_MESSAGES = 200
MOSTLY = 0.5
TONED = ("voices", "echoed")
OURS = r"(?i)\b(?:we|our|us)\b"
WROTE = ["group", "member", "time_us", "file", "position", "age_day"]


def _texts(talk: Talk, containing: str = "") -> pd.DataFrame:
    """Return messages by known people with their text, in the order of time."""
    run = talk.spoken.run
    records = run.scan(*talk.store.parts("message"))
    text = nw.col("text")
    read = records.filter(~text.is_null(), text.str.contains(containing, literal=True))
    ordinals = run.frame(talk.groups[["group", "key"]])
    named = read.select("file", "position", "text", key=nw.col("group").cast(nw.String))
    rows = named.join(ordinals, on="key", how="inner").drop("key")
    both = talk.known.select(*WROTE, "day").join(rows, on=list(KEY), how="inner")
    return run.fetch(both, "group", "time_us", "file", "position")


def _links(talk: Talk) -> pd.DataFrame:
    """Return links new to a group that had been in another, the operator's told."""
    rows = _texts(talk, "://")
    each = rows.assign(address=rows.pop("text").map(addresses)).explode("address")
    return new_here(each.dropna(subset="address"), talk.own_addresses)


def _carried(talk: Talk) -> pd.DataFrame:
    said = talk.spoken.run.fetch(talk.known.select(*WROTE), *WROTE[:5])
    return carried(said, _links(talk))


def _carriers(talk: Talk) -> pd.DataFrame:
    said = talk.spoken.run.fetch(talk.known.select(*WROTE), *WROTE[:5])
    return carriers(said, _links(talk))


def _toned(talk: Talk) -> pd.DataFrame:
    """Return messages with their tone, from −1 to 1."""
    rows = _texts(talk)
    if talk.english_alone:
        rows = rows[rows["group"].isin(_english(rows))]
    return rows.assign(tone=2 * vader.measure(rows["text"].tolist()).score - 1)


def _english(rows: pd.DataFrame) -> pd.Series[int]:
    """Return the groups in which half of what has a letter is English, or more."""
    told = pd.Series(language(rows["text"].tolist()).to_pylist(), rows.index)
    read = told[told != "none"]
    share = read.eq("en").groupby(rows["group"]).mean()
    return share.index[share >= MOSTLY].to_series()


def _voices(talk: Talk) -> pd.DataFrame:
    rows = _toned(talk)
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


def _echoed(talk: Talk) -> pd.DataFrame:
    rows = _toned(talk)
    busy = rows.groupby("group")["tone"].transform("size") >= LEAST_MESSAGES
    rows = rows[busy]
    answering = pd.MultiIndex.from_frame(talk.answering(explicit=True))
    replying = pd.MultiIndex.from_frame(rows[list(KEY)]).isin(answering)
    return echoed(rows.assign(room=rows["group"], replying=replying))


TEXT_ROWS: Mapping[str, Callable[[Talk], pd.DataFrame]] = MappingProxyType(
    {
        "carried": _carried,
        "carriers": _carriers,
        "voices": _voices,
        "echoed": _echoed,
    }
)
