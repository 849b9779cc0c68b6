"""Write the files that a user supplies: groups.csv, labels, tables.

Tables as CSV (`--tables`), parents of groups (`--groups`), answers (`--labels`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.records import SECOND_US
from helpers.sentiment.labels.sample import write_labels
from helpers.study.own.group_facts import read_group_facts
from helpers.study.own.hand_labels import read_hand_labels, select_written
from helpers.study.own.supplied_tables import BRINGABLE, COUNTED, read_user_tables
from helpers.study.own.user_metadata import UserMetadata
from helpers.study.store.store import Store
from helpers.study.tables.definitions.tables import Column
from validation.long_way.exported import Exported
from validation.long_way.story import Story

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Files(NamedTuple):
    """Paths of the user-supplied files; None for missing ones."""

    groups: Path | None
    labels: Path | None
    tables: Path | None


def files(story: Story, keys: Mapping[int, str], store: Store, folder: Path) -> Files:
    """Write the user-supplied files of a simulated study."""
    asked = story.labels is not None
    return Files(
        _parents(story, keys, folder) if story.parents else None,
        _answers(story, keys, store, folder) if asked else None,
        _tables(story, keys, folder) if story.brought else None,
    )


def metadata(story: Story, made: Exported, folder: Path) -> UserMetadata:
    """Write the user-supplied files and read them back."""
    keys = set(made.keys.values())
    path = files(story, made.keys, made.store, folder)
    return UserMetadata(
        facts=read_group_facts(path.groups, keys) if path.groups else {},
        labels=read_hand_labels(path.labels, made.store) if path.labels else None,
        brought=read_user_tables(path.tables, keys) if path.tables else {},
        zone="UTC", k=1,
    )  # fmt: skip


def _parents(story: Story, keys: Mapping[int, str], folder: Path) -> Path:
    """Write `groups.csv` with the parent group of each group."""
    path = folder / "groups.csv"
    rows = [(keys[child], keys[of]) for child, of in story.parents.items()]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("key", "parent"), *rows])
    return path


def _tables(story: Story, keys: Mapping[int, str], folder: Path) -> Path:
    """Write the user-supplied tables as CSV."""
    place = folder / "tables"
    place.mkdir()
    for name, rows in story.brought.items():
        columns = [
            column for column in BRINGABLE[name].columns if column.name not in COUNTED
        ]
        heads = ["key" if column.name == "group" else column.name for column in columns]
        cells = [
            [keys[int(value)] for value in rows["group"]]
            if column.name == "group"
            else [_cell(value, column) for value in _values(rows, column)]
            for column in columns
        ]
        path = place / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(heads)
            lines.writerows(zip(*cells, strict=True))
    return place


def _answers(story: Story, keys: Mapping[int, str], store: Store, folder: Path) -> Path:
    """Write hand labels of messages as `shequn label` would."""
    path = folder / "labels.csv"
    ids = _ids(story, keys, store)
    rows = story.labels.assign(
        message=story.labels["post"].map(ids),
        group=story.labels["group"].map(keys),
        score=np.nan,
    )
    write_labels(path, rows)
    return path


def _ids(story: Story, keys: Mapping[int, str], store: Store) -> pd.Series[str]:
    """Return the stored id of each message that has text."""
    stored = select_written([store])
    place = stored.groupby("group").cumcount()
    names = stored.set_index([stored["group"], place])["message"]
    posts = story.posts[story.posts["post"].isin(story.texts)]
    posts = posts.sort_values(["group", "time_us", "post"])
    whose = posts["group"].map(keys)
    at = pd.MultiIndex.from_arrays([whose, posts.groupby("group").cumcount()])
    return pd.Series(names.loc[at].to_numpy(), posts["post"])


def _values(rows: pd.DataFrame, column: Column) -> list[object]:
    """Return a column's values, with a default for missing ones or columns."""
    if column.name in rows:
        return rows[column.name].tolist()
    return [None if column.nullable else 0] * len(rows)


def _cell(value: object, column: Column) -> str:
    """Format a table cell as users write it in a CSV file: times as ISO dates.

    >>> from helpers.study.tables.definitions.tables import TABLES
    >>> _cell(19_000, TABLES["daily"].columns[1])
    '2022-01-08'
    """
    if value is None or pd.isna(value):
        return ""
    if column.name.endswith("_us"):
        return (EPOCH + timedelta(seconds=int(value) // SECOND_US)).isoformat()
    if column.name == "day":
        return f"{EPOCH + timedelta(days=int(value)):%Y-%m-%d}"
    return _number(value, column) if isinstance(value, int | float) else str(value)


def _number(value: float, column: Column) -> str:
    if pa.types.is_boolean(column.type):
        return "yes" if value else "no"
    if pa.types.is_integer(column.type):
        return f"{int(value)}"
    return np.format_float_positional(float(value), trim="-")
