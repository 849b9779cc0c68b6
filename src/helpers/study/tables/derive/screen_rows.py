"""Tables on rules that exclude bots and advertisers: what each removes."""

from __future__ import annotations

from collections.abc import Collection

import narwhals as nw
import pandas as pd

from helpers.measures import cleaning
from helpers.measures.cleaning import OURS, SCREENS, WHO
from helpers.measures.engine import Engine, Frame
from helpers.measures.screens.lifetimes import compare_screen_lifetimes
from helpers.records import DAY_US

DATED = ("group", "age_day")


def build_screen_rows(
    run: Engine, marked: Frame, ordinals: Frame, by_name: Collection[str]
) -> dict[str, pd.DataFrame]:
    """Count excluded messages by reason of exclusion, and by group and age in days.

    Parameters
    ----------
    run
        Computes them.
    marked
        Messages with the `reason` to exclude each, as `cleaning.without_people` gives.
    ordinals
        ``group, key, origin_us`` of the groups that are left.
    by_name
        The groups that know people by name only.
    """
    tables = {
        "screens": _build_screens(run, marked, by_name),
        "excluded_content": _count_excluded_content(run, marked, ordinals),
    }
    return {name: rows for name, rows in tables.items() if len(rows)}


def _build_screens(
    run: Engine, marked: Frame, by_name: Collection[str]
) -> pd.DataFrame:
    screened = marked.filter(nw.col("reason").is_in(SCREENS))
    rows = marked.filter(nw.col("reason").is_null() | nw.col("reason").is_in(SCREENS))
    counts = rows.group_by("group", "reason").agg(
        messages=nw.len(),
        first_us=nw.col("time_us").min(),
        last_us=nw.col("time_us").max(),
    )
    named = cleaning.add_name_scope(
        screened.filter(~nw.col("sender").is_null()), by_name
    )
    accounts = named.select("reason", *WHO).unique()
    people = run.fetch(accounts.group_by("reason").agg(n=nw.len()), "reason")
    return compare_screen_lifetimes(
        run.fetch(counts, "group", "reason"), people.set_index("reason")["n"], SCREENS
    )


def _count_excluded_content(
    run: Engine, marked: Frame, ordinals: Frame
) -> pd.DataFrame:
    """Count messages and links that bot rules exclude, by group and age in days."""
    rows = marked.filter(
        nw.col("reason").is_in(OURS), nw.col("time_us") <= nw.col("end_us")
    ).rename({"group": "key"})
    aged = rows.join(ordinals, on="key", how="inner").with_columns(
        age_day=((nw.col("time_us") - nw.col("origin_us")) // DAY_US).cast(nw.Int32)
    )
    sums = aged.filter(nw.col("age_day") >= 0).group_by(*DATED).agg(
        messages=nw.len(), links=nw.col("link").cast(nw.Int64).sum()
    )  # fmt: skip
    return run.fetch(sums, *DATED)
