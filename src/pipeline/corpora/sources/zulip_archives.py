"""Channels of ten public Zulip archives, 2017–2026: one table without text.

Channels are keyed by stream id. A few were exported twice (under an old and a new
name, or under one name cut at a slash), so their messages stand there twice. The
source carries no message ids; in such channels all that is known of a message is its
id, so that the copy shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from helpers.records import SECOND_US, Batch, from_rows
from pipeline.corpora.shared.corpus import RawFolder
from pipeline.corpora.shared.record_batches import BATCH_ROWS, record_batch

_NAMES = ["org", "stream_id", "stream", "topic", "sender"]
_LABEL = pa.dictionary(pa.int32(), pa.string())
_ALL_KNOWN = ["topic", "ts", "sender", "chars", "mentions"]


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of all messages and all channels."""
    for name in raw.names:
        rows = _read_rows(raw.path / name)
        raw.tally[name] = len(rows)
        yield from _build_messages(rows, name)
        yield from_rows("group", _build_groups(rows, name))


def _read_rows(path: Path) -> pd.DataFrame:
    """Read the raw messages, with keys that are unique over all archives."""
    types = dict.fromkeys(_NAMES, _LABEL) | {"mentions": pa.string()}
    table = pa.csv.read_csv(
        path, convert_options=pa.csv.ConvertOptions(column_types=types)
    )
    rows: pd.DataFrame = table.to_pandas()
    org = rows["org"].astype("str")
    rows["group"] = (org + "/" + rows["stream_id"].astype("str")).astype("category")
    rows["person"] = (org + "/" + rows["sender"].astype("str")).astype("category")
    return rows


def _build_messages(rows: pd.DataFrame, file: str) -> Iterator[Batch]:
    ids = _assign_copy_ids(rows)
    for start in range(0, len(rows), BATCH_ROWS):
        part = rows.iloc[start : start + BATCH_ROWS]
        columns = {
            "group": part["group"],
            "id": ids.reindex(part.index),
            "sender": part["person"],
            "time_us": part["ts"].to_numpy() * SECOND_US,
            "kind": np.repeat("text", len(part)),
            "bot": part["bot"].to_numpy() == 1,
            "chars": part["chars"],
            "topic": part["topic"],
            "mentions": [
                [f"{org}/{name}" for name in names.split(";")] if names else None
                for org, names in zip(part["org"], part["mentions"], strict=True)
            ],
            "links": part["links"],
            "has_code": part["has_code"].to_numpy() == 1,
            "has_question": part["has_question"].to_numpy() == 1,
        }
        yield record_batch(columns, file, start, len(part))


def _assign_copy_ids(rows: pd.DataFrame) -> pd.Series[str]:
    """Build message ids that copies of a message share, in channels exported twice.

    Equal rows within a second may be two messages. They are copies if they stand
    under two names, or if time runs backward between them, as it does where a topic
    starts again; one such pair shows that the whole channel was exported twice.
    """
    equal = rows.groupby(["group", *_ALL_KNOWN], observed=True, dropna=False)
    several = rows[equal["ts"].transform("size") > 1]
    topic = [rows["group"], rows["topic"]]
    back = rows["ts"].groupby(topic, observed=True).diff() < 0
    reversals = back.astype("int64").groupby(topic, observed=True).cumsum()
    spread = several.assign(run=reversals).groupby(
        ["group", *_ALL_KNOWN], observed=True, dropna=False
    )[["run", "stream"]]
    apart = spread.agg("nunique") > 1
    copied = apart.any(axis=1)
    channels = copied.index[copied].get_level_values("group")
    channel_rows = rows.loc[rows["group"].isin(channels), _ALL_KNOWN]
    first, *others = (
        channel_rows[name].astype("str").fillna("") for name in _ALL_KNOWN
    )
    return first.str.cat(pd.concat(others, axis=1), sep="|")


def _build_groups(rows: pd.DataFrame, file: str) -> list[dict[str, object]]:
    """Build channel records, named as in their newest message."""
    newest = rows.sort_values(["ts"], kind="stable").groupby("group", observed=True)
    last = newest.tail(1).sort_values("group", kind="stable")
    return [
        {
            "group": row.group,
            "label": f"{row.org}: {row.stream}",
            "network": row.org,
            "platform": "zulip",
            "kind": "stream",
            "file": file,
            "position": int(str(row.Index)) + 1,
            "rule": "newest name",
        }
        for row in last.itertuples()
    ]
