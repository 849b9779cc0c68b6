"""Build tables from registers of groups: dates, facts, memberships, roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from helpers.records import to_day_us

REGISTRY = (
    "key", "label", "network", "kind", "origin_us", "entry_us", "end_us", "closed_us",
    "closed_kind", "last_us",
)  # fmt: skip
GONE, OPEN = "group gone", "open"  # endings of a spell
SNAPSHOT = ("members", "joined", "readers", "active", "posts")


def build_registry(table: pd.DataFrame | str, **columns: Any) -> pd.DataFrame:  # noqa: ANN401 - what pandas assigns
    """Build the registry of groups from a table with ``key``, or of one key.

    Where nothing else is said, a group goes by its key, is at risk from its origin and
    ends when it closes.
    """
    groups = pd.DataFrame({"key": [table]}) if isinstance(table, str) else table
    groups = groups.assign(
        **{
            name: to_day_us(value) if isinstance(value, date) else value
            for name, value in columns.items()
        }
    )
    if "closed_us" in columns:
        closed = groups["closed_us"]
        groups["end_us"] = closed.fillna(groups["end_us"])
        if not isinstance(columns["closed_kind"], pd.Series):
            groups["closed_kind"] = groups["closed_kind"].where(closed.notna())
    groups = groups.assign(
        label=groups.get("label", groups["key"]),
        entry_us=groups.get("entry_us", groups["origin_us"]),
    )
    whole = dict.fromkeys(("origin_us", "entry_us", "end_us"), "int64")
    return groups.reindex(columns=list(REGISTRY)).astype(whole)


def correct_rows(
    rows: pd.DataFrame, corrected: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> pd.DataFrame:
    """Correct cells of raw rows: those with a text in a column get other cells."""
    mended = rows.copy()
    for column, texts in corrected.items():
        for text, cells in texts.items():
            for name, cell in cells.items():  # of any type: an empty column has none
                mended[name] = mended[name].where(rows[column].ne(text), cell)
    return mended


def build_facts(
    table: pd.DataFrame, columns: Mapping[str, str | pd.Series[Any]] | None = None
) -> pd.DataFrame:
    """Reshape a table of groups to rows ``key, fact, value``, dropping nulls."""
    names = columns or {name: name for name in map(str, table.columns.drop("key"))}
    values = {
        fact: table[name] if isinstance(name, str) else name
        for fact, name in names.items()
    }
    wide = table[["key"]].assign(**values).astype(dict.fromkeys(values, "float64"))
    long = wide.melt("key", var_name="fact", value_name="value")
    return long.dropna(subset="value").reset_index(drop=True)


def count_lives(memberships: pd.DataFrame) -> pd.DataFrame:
    """Count the memberships with equal group, cohort, length and kind of ending."""
    alike = ["key", "measure", "cohort", "days", "ending"]
    return (
        memberships.groupby(alike, as_index=False)
        .size()
        .rename(columns={"size": "people"})
    )


def count_holders(spells: pd.DataFrame) -> pd.DataFrame:
    """Count the people in each role of a group, per day of joining or leaving."""
    came = spells.assign(day=spells["from_day"], came=1, went=0, change=1)
    closed = spells[spells["ending"] != OPEN]
    left = (closed["ending"] != GONE).astype("int64")
    went = closed.assign(day=closed["to_day"], came=0, went=left, change=-1)
    both = pd.concat([came, went])
    by = ["key", "role", "day"]
    steps = both.groupby(by, as_index=False)[["came", "went", "change"]].sum()
    held = steps.groupby(["key", "role"])["change"].cumsum()
    crowd = steps.groupby(["role", "day"])["went"].transform("sum")
    return steps.assign(holders=held, crowd=crowd).drop(columns="change")


def build_snapshots(counts: pd.DataFrame) -> pd.DataFrame:
    """Build table ``snapshots`` of counts per group and day."""
    return counts.reindex(columns=["key", "day", *SNAPSHOT])
