"""Numbers of the life tables as the site prints them: pooled over sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import pandas as pd

from helpers.claims.pool import pool_rows
from helpers.life_tables import load_life_tables

READINGS = ("ever paused 30 days", "ever paused 60 days", "silent for good")
ENDS = ("mean", "low", "high", "next_low", "next_high")
COLUMNS = (*ENDS, "sources", "groups")
YEAR = 365
read_tables = cache(load_life_tables)


def iterate_rows(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table as named tuples."""
    yield from table.itertuples()


def tabulate_pauses(studies: Collection[str]) -> pd.DataFrame:
    """Return the share of groups silent or paused by each age, over some studies.

    A study "source: part" stands for the parts that the tables know of its source.
    Columns: reading, age_days, and `COLUMNS`.
    """
    table = read_tables().groups
    split = {name.split(":")[0] for name in studies if ":" in name}
    wanted = (
        table["population"].eq("ever spoke")
        & table["source"].isin([name.split(":")[0] for name in studies])
        & table["part"].ne("all").eq(table["source"].isin(split))
        & table["reading"].isin(READINGS)
        & table["age_days"].le(YEAR)
    )
    rows = []
    for (reading, age), own in table[wanted].groupby(["reading", "age_days"]):
        about = {"reading": reading, "age_days": age}
        rows.append(about | _describe(own, "share", "n"))
    return pd.DataFrame(rows).dropna()


def _describe(rows: pd.DataFrame, column: str, n: str) -> dict[str, float]:
    known = rows.dropna(subset=[column, f"{column}_low", f"{column}_high"])
    if known.empty:
        return dict.fromkeys(COLUMNS, float("nan"))
    found = pool_rows(known, column)
    ends = (getattr(found, end) for end in ENDS)
    numbers = (*ends, len(known), int(known[n].sum()))
    return dict(zip(COLUMNS, numbers, strict=True))


def tabulate_writers() -> pd.DataFrame:
    """Return the share of chats still talking 90–149 days on, by age and writers.

    Forums' lounges open with a crowd: there, early numbers say less.
    """
    table = read_tables().writers
    table = table[table["kind"].eq("chat")]
    keys = ["writers_from", "writers_to", "age_from", "age_to"]
    rows = [
        dict(zip(keys, cell, strict=True)) | _describe(own, "talking", "groups")
        for cell, own in table.groupby(keys, dropna=False)
    ]
    return pd.DataFrame(rows).sort_values(["writers_from", "age_from"])


def count_rising_steps() -> tuple[int, int]:
    """Count steps to more writers, within a source and age, where the share rises."""
    table = read_tables().writers.dropna(subset="talking")
    ordered = table.sort_values("writers_from", kind="stable")
    steps = ordered.groupby(["source", "age_from"])["talking"].diff().dropna()
    return int((steps > 0).sum()), len(steps)


def pool_return(silent_from: int) -> dict[str, float]:
    """Return the share of groups that speak again in two months, by days of silence.

    Keys: `COLUMNS`.
    """
    table = read_tables().spoken_again
    own = table["rule"].eq("silent for") & table["silent_from"].eq(silent_from)
    return _describe(table[own], "again_60", "groups")


def tabulate_first_pause() -> pd.DataFrame:
    """Return the share of groups that began no pause, by messages of days 8–28.

    Columns: age_days, messages_from, messages_to, no_pause, no_pause_low,
    no_pause_high, next_low, next_high, groups, places; a row per band and age.
    """
    table = read_tables().first_pause
    own = table[table["place"].isna()]
    return own.sort_values(["messages_from", "age_days"], ignore_index=True)
