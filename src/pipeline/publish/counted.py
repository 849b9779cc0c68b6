"""Build the tables of sources that publish counts instead of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.derive.tables.derive import Derived, Terms
from helpers.derive.tables.groups import compute_batches, list_quarter_ends
from helpers.derive.tables.record_tables import PAIR
from helpers.group_lives.lurking import count_lurkers, count_members_elsewhere
from helpers.records import DAY_US
from helpers.study.ledger import Ledger
from pipeline.publish.further import build_loads
from pipeline.publish.person_days import build_groups_table, build_spoken_tables

if TYPE_CHECKING:  # loads every public source, which a run of one's own needs not
    from pipeline.corpora.shared.corpus import Counted


def derive_counted(counted: Counted, read: Mapping[str, int], terms: Terms) -> Derived:
    """Build the processed tables of a source that publishes counts, not messages."""
    ledger = Ledger.of(read, counted.became, counted.entered)
    if counted.days is None:
        tables = {"registry": _build_registry(counted.groups, names=terms.names)}
        groups = tables["registry"]
    else:
        tables = _build_spoken_tables(counted.groups, counted.days, terms)
        groups = tables["groups"]
    ends = list_quarter_ends(groups) if "windows" in tables else ()
    further = number_group_keys(counted.tables, groups)
    window = int(groups["origin_us"].min()), int(groups["end_us"].max())
    return Derived(tables | further, ledger, window, ends)


def _build_registry(listed: pd.DataFrame, *, names: bool) -> pd.DataFrame:
    table = listed.sort_values(["origin_us", "key"], ignore_index=True)
    return table.assign(
        group=np.arange(len(table), dtype=np.int32),
        label=table["label"] if names else table["key"],
        batch=compute_batches(table["network"], table["origin_us"]),
    )


def _build_spoken_tables(
    listed: pd.DataFrame, days: pd.DataFrame, terms: Terms
) -> dict[str, pd.DataFrame]:
    groups = build_groups_table(listed, days[days["messages"] > 0], terms)
    ordinal = groups.set_index("key")["group"]
    numbered = days.assign(group=days["key"].map(ordinal), member=days["person"])
    spoken_days = numbered[numbered["messages"] > 0]
    tables = {"groups": groups, **build_spoken_tables(spoken_days, groups, terms)}
    if "joins" in days:
        until = groups.set_index("group")["end_us"] // DAY_US
        joined, from_day = list_memberships(numbered)
        roster = count_lurkers(joined, spoken_days, until)
        tables["roster"] = roster.assign(from_day=roster["group"].map(from_day))
        tables["elsewhere"] = count_members_elsewhere(
            joined[joined["dated"]], spoken_days, until
        )
    if "loads" in terms.further:
        tables["loads"] = build_loads(spoken_days)
    return tables


def number_group_keys(
    tables: Mapping[str, pd.DataFrame], groups: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Replace group keys by numbers in the tables that a source supplies.

    Rows that name a network and no batch get that of their origin.
    """
    ordinal = groups.set_index("key")["group"]
    return {name: _number_keys(rows, ordinal) for name, rows in tables.items()}


def _number_keys(rows: pd.DataFrame, ordinal: pd.Series[int]) -> pd.DataFrame:
    """Replace group keys by numbers, and number each group's events by time."""
    if "key" not in rows:  # of all groups together
        return rows
    table = rows.assign(group=rows["key"].map(ordinal))
    if "network" in rows:
        table["batch"] = compute_batches(rows["network"], rows["origin_us"])
    if "nth" in rows:
        table = table.sort_values(["group", "time_us", "nth"], ignore_index=True)
        table["nth"] = table.groupby("group").cumcount()
    return table


def list_memberships(days: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[int]]:
    """List who was a member from when, and the day each group's join records begin.

    A membership begins with a person's first line of any kind. It was seen to begin
    if that is on or after the group's first recorded joining and no leaving, which
    would be the end of an older one.
    """
    from_day = days[days["joins"] > 0].groupby("group")["day"].min()
    ordered = days.sort_values([*PAIR, "day"])
    first = ordered.drop_duplicates(PAIR)
    last = ordered.drop_duplicates(PAIR, keep="last")
    leaving_day = last["day"].where(last["leaves"] > 0).to_numpy()
    spoke_or_joined = (first["joins"] > 0) | (first["messages"] > 0)
    is_recorded = spoke_or_joined & (first["day"] >= first["group"].map(from_day))
    table = pd.DataFrame(
        {
            "group": first["group"],
            "member": first["member"],
            "joined_day": first["day"],
            "gone_day": leaving_day,
            "dated": first["joins"] > 0,
            "reactions": np.nan,
        }
    )
    return table[is_recorded].reset_index(drop=True), from_day
