"""Build tables from registers of groups: dates, facts, memberships, roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.corpora.shared.corpus import Counted

REGISTRY = (
    "key", "label", "network", "kind", "origin_us", "entry_us", "end_us", "closed_us",
    "closed_kind", "last_us",
)  # fmt: skip
GONE, OPEN = "group gone", "open"  # endings of a spell
SNAPSHOT = ("members", "joined", "readers", "active", "posts")


def build_counted(
    groups: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    became: Mapping[str, int],
    entered: Mapping[str, int],
) -> Counted:
    """Build the tables of a source that publishes counts of its groups."""
    aside: dict[str | None, int] = {
        why: number for why, number in became.items() if number
    }
    return Counted(groups=groups, tables=tables, became=aside, entered=entered)


def build_registry_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with all columns of a group registry; missing ones null.

    Where nothing else is said, a group goes by its key and is at risk from its origin.
    """
    groups = table.assign(
        label=table.get("label", table["key"]),
        entry_us=table.get("entry_us", table["origin_us"]),
    )
    whole = dict.fromkeys(("origin_us", "entry_us", "end_us"), "int64")
    return groups.reindex(columns=list(REGISTRY)).astype(whole)


def keep_if_present(where: pd.Series[bool], word: str) -> pd.Series[str]:
    """Return `word` where a condition is true, null elsewhere.

    >>> keep_if_present(pd.Series([True, False]), "completed").isna().tolist()
    [False, True]
    """
    return pd.Series(word, where.index, dtype="str").where(where)


def build_facts(
    table: pd.DataFrame, columns: Mapping[str, str | pd.Series[Any]] | None = None
) -> pd.DataFrame:
    """Reshape a table of groups to rows ``key, fact, value``, dropping nulls.

    Parameters
    ----------
    table
        One row a group, with ``key``.
    columns
        By the name of the fact its column, or its values in the rows of the table;
        else every column is a fact of its own name.
    """
    names = columns or {name: name for name in map(str, table.columns.drop("key"))}
    values = {
        fact: table[name] if isinstance(name, str) else name
        for fact, name in names.items()
    }
    wide = table[["key"]].assign(**values).astype(dict.fromkeys(values, "float64"))
    long = wide.melt("key", var_name="fact", value_name="value")
    return long.dropna(subset="value").reset_index(drop=True)


def build_funnel(people: pd.DataFrame, steps: Mapping[str, Any]) -> pd.DataFrame:
    """Count people by group, cohort and step taken, such as joining or writing.

    Parameters
    ----------
    people
        ``key, cohort``.
    steps
        By step whether each took it, or how many did.
    """
    by = ["key", "cohort"]
    sums = people[by].assign(**steps).groupby(by, as_index=False).sum()
    return sums.melt(by, var_name="step", value_name="people")


def count_lives(memberships: pd.DataFrame) -> pd.DataFrame:
    """Count the memberships with equal group, cohort, length and kind of ending."""
    alike = ["key", "measure", "cohort", "days", "ending"]
    return (
        memberships.groupby(alike, as_index=False)
        .size()
        .rename(columns={"size": "people"})
    )


def count_holders(spells: pd.DataFrame) -> pd.DataFrame:
    """Count the people in each role of a group, per day of joining or leaving.

    Parameters
    ----------
    spells
        ``key, role, from_day, to_day, ending``; a spell that is open has no end, and
        who left because the group ended gave nothing up.
    """
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
