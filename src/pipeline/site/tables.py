"""Numbers of the life tables as the site prints them: pooled over sources."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import pandas as pd

from helpers.claims.pool import pool_rows
from helpers.library.life_tables import load_life_tables

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
        known = own.dropna(subset=["share", "share_low", "share_high"])
        if len(known):
            found = pool_rows(known, "share")
            ends = (getattr(found, end) for end in ENDS)
            numbers = (reading, age, *ends, len(known), int(known["n"].sum()))
            rows.append(numbers)
    return pd.DataFrame(rows, columns=["reading", "age_days", *COLUMNS]).dropna()
