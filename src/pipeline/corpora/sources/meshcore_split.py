"""A Discord server up to its split, 2025–2026: channels and forum threads.

Whoever asks to be taken out of the archive is; so they are here, at the next rebuild.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from helpers.records import SECOND_US, Batch
from pipeline.corpora.shared.corpus import RawFolder, Supplements
from pipeline.corpora.shared.dates import name_by_first_day
from pipeline.corpora.shared.record_batches import group_records, record_batches

MESSAGES, CHANNELS = "messages.csv.gz", "channels.csv"
REGIONAL = "regional-channels"  # a group for a place; other threads are topics


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of a Discord server's regional groups and messages.

    The other table repeats what messages tell, so only messages are counted.
    """
    raw.tally[CHANNELS] = 0
    whole = raw.rows(MESSAGES)
    rows = whole[_classify_kinds(whole["forum"]) == REGIONAL].reset_index(drop=True)
    kind = _classify_kinds(rows["forum"])
    time_us = rows["ts"] * SECOND_US
    key = name_by_first_day(rows["channel"], kind, time_us)
    table = rows.assign(group=rows["channel"].map(key), kind=kind, time_us=time_us)
    yield from record_batches(_build_messages(table), MESSAGES)
    yield group_records(table, MESSAGES, network="meshcore", platform="discord")


def read_supplements(raw: RawFolder) -> Supplements:
    """Count messages in single-topic threads, which are not groups."""
    forum = _classify_kinds(raw.rows(MESSAGES, usecols=["forum"])["forum"])
    return Supplements(
        aside={"in a thread of one topic": int((forum != REGIONAL).sum())}
    )


def _classify_kinds(forum: pd.Series[str]) -> pd.Series[str]:
    """Normalise forum names to lower-case words joined by hyphens.

    >>> _classify_kinds(pd.Series(["General Chat", "Information & Rules"])).tolist()
    ['general-chat', 'information-rules']
    """
    words = forum.str.lower().str.replace(r"[^a-z]+", "-", regex=True)
    return words.str.strip("-")


def _build_messages(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": rows["group"],
            "sender": rows["user"],
            "time_us": rows["time_us"],
            "kind": "text",
            "bot": False,
            "chars": rows["chars"],
            "links": rows["links"],
            "has_question": rows["question"].eq(1),
        }
    )
