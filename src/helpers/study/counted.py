"""What a source had counted already → processed tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.measures.lurking import lurking
from helpers.records import DAY_US
from helpers.study.derive import Derived
from helpers.study.groups import batches, quarter_ends
from helpers.study.ledger import Ledger
from helpers.study.person_days import grouped, spoken_tables
from helpers.study.presence import links, memberships, present

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.corpora.corpus import Counted
    from helpers.study.derive import Terms

__all__ = ["derive_counted"]


def derive_counted(counted: Counted, read: Mapping[str, int], terms: Terms) -> Derived:
    """Make the processed tables of a counted source.

    Parameters
    ----------
    counted
        What it had counted.
    read
        Rows by raw file.
    terms
        Of the study.

    Raises
    ------
    ShequnError
        If rows read and rows accounted for differ.
    """
    ledger = Ledger.of(read, counted.became, counted.entered)
    if counted.groups is None:
        days = pd.concat(table["day"] for table in counted.tables.values()) * DAY_US
        window = int(days.min()), int(days.max()) + DAY_US
        return Derived(dict(counted.tables), ledger, window, ())
    if counted.days is None:
        tables = {"registry": _registry(counted.groups, names=terms.names)}
        groups = tables["registry"]
    else:
        tables = _spoken(counted.groups, counted.days, terms)
        groups = tables["groups"]
    ends = quarter_ends(groups) if "windows" in tables else ()
    ordinal = groups.set_index("key")["group"]
    further = {name: _numbered(rows, ordinal) for name, rows in counted.tables.items()}
    window = int(groups["origin_us"].min()), int(groups["end_us"].max())
    return Derived(tables | further, ledger, window, ends)


def _registry(listed: pd.DataFrame, *, names: bool) -> pd.DataFrame:
    table = listed.sort_values(["origin_us", "key"], ignore_index=True)
    return table.assign(
        group=np.arange(len(table), dtype=np.int32),
        label=table["label"] if names else table["key"],
        batch=batches(table["network"], table["origin_us"]),
    )


def _spoken(
    listed: pd.DataFrame, days: pd.DataFrame, terms: Terms
) -> dict[str, pd.DataFrame]:
    groups = grouped(listed, days[days["messages"] > 0], terms)
    ordinal = groups.set_index("key")["group"]
    numbered = days.assign(group=days["key"].map(ordinal), member=days["person"])
    said = numbered[numbered["messages"] > 0]
    tables = {"groups": groups, **spoken_tables(said, groups, terms)}
    if "joins" in days:
        until = groups.set_index("group")["end_us"] // DAY_US
        joined, from_day = memberships(numbered)
        roster = lurking(joined, said, until)
        tables["roster"] = roster.assign(from_day=roster["group"].map(from_day))
        tables["snapshots"] = present(numbered, from_day)
        tables["links"] = links(groups, said, tables["daily"])
    return tables


def _numbered(rows: pd.DataFrame, ordinal: pd.Series[int]) -> pd.DataFrame:
    """Put ordinals for keys; events are numbered within their group by time."""
    table = rows.assign(group=rows["key"].map(ordinal))
    if "nth" in rows:
        table = table.sort_values(["group", "time_us", "nth"], ignore_index=True)
        table["nth"] = table.groupby("group").cumcount()
    return table
