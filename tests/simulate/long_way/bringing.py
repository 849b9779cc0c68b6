"""What people bring beside exports, as files that `shequn run` reads.

Tables as CSV (`--tables`), parents of groups (`--groups`), answers (`--labels`).
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.records import SECOND_US
from helpers.study.brought import BRINGABLE, COUNTED, read_brought
from helpers.study.group_facts import read_group_facts
from helpers.study.hand_labels import read_hand_labels
from helpers.study.wishes import Wishes
from tests.simulate.long_way import answers

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.study.columns import Column
    from tests.simulate.long_way.exported import Exported
    from tests.simulate.long_way.story import Story

__all__ = ["wishes"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wishes(story: Story, made: Exported, folder: Path) -> Wishes:
    """Write what people say of a story's groups, and read it as a run does."""
    keys = set(made.keys.values())
    facts, labels, brought = {}, None, {}
    if story.parents:
        facts = read_group_facts(_parents(story, made, folder), keys)
    if story.labels is not None:
        labels = read_hand_labels(answers.write(story, made, folder), made.store)
    if story.brought:
        place = folder / "tables"
        place.mkdir()
        _write(story, made, place)
        brought = read_brought(place, keys)
    return Wishes(facts=facts, labels=labels, brought=brought, zone="UTC", k=1)


def _parents(story: Story, made: Exported, folder: Path) -> Path:
    """Write `groups.csv` with what a user knows of who split off from whom."""
    path = folder / "groups.csv"
    rows = [(made.keys[one], made.keys[of]) for one, of in story.parents.items()]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("key", "parent"), *rows])
    return path


def _write(story: Story, made: Exported, folder: Path) -> None:
    """Write what was brought of a story, groups named as in the template."""
    for name, rows in story.brought.items():
        columns = [one for one in BRINGABLE[name].columns if one.name not in COUNTED]
        heads = ["key" if one.name == "group" else one.name for one in columns]
        cells = [
            [made.keys[int(value)] for value in rows["group"]]
            if column.name == "group"
            else [_cell(value, column) for value in _values(rows, column)]
            for column in columns
        ]
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(heads)
            lines.writerows(zip(*cells, strict=True))


def _values(rows: pd.DataFrame, column: Column) -> list[object]:
    """Return a column's values; what nobody planted is left blank, or is 0."""
    if column.name in rows:
        return rows[column.name].tolist()
    return [None if column.nullable else 0] * len(rows)


def _cell(value: object, column: Column) -> str:
    """Spell a value as people do: dates, instants, yes and no.

    >>> from helpers.study.columns import DAY
    >>> _cell(19_000, DAY)
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
