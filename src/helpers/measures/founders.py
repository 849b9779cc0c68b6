"""Founders' contacts and replies received in other groups, before their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US

FIRST_DAYS, LATER_DAYS = 7, (60, 90)
MET_DAYS, STANDING_DAYS = 90, 180
PAIR = ["group", "member"]


def summarise_founders(
    days: pd.DataFrame,
    firsts: pd.DataFrame,
    edges: Mapping[str, pd.DataFrame],
    groups: pd.DataFrame,
) -> pd.DataFrame:
    """Summarise founders' earlier contacts and replies, and posters of their groups.

    Parameters
    ----------
    days
        ``group, member, age_day``: on which days each person wrote.
    firsts
        ``group, member, first_us``: age at each person's first message.
    edges
        By their kind, replies: ``group, age_us, member, receiver``.
    groups
        ``group, network, origin_us``.

    Returns
    -------
    The columns of table ``founders``: one row per group and kind of reply.

    Examples
    --------
    A writes to B in group 0, then B founds group 1 and A writes there.

    >>> days = pd.DataFrame(
    ...     {"group": [0, 0, 1, 1], "member": [0, 1, 1, 0], "age_day": [0, 0, 0, 61]}
    ... )
    >>> firsts = days[PAIR].assign(first_us=[0, 1, 0, 5])
    >>> replies = pd.DataFrame(
    ...     {"group": [0], "age_us": [1], "member": [0], "receiver": [1]}
    ... )
    >>> groups = pd.DataFrame(
    ...     {"group": [0, 1], "network": "n", "origin_us": [0, 200 * DAY_US]}
    ... )
    >>> table = summarise_founders(days, firsts, {"either": replies}, groups)
    >>> shown = ["posters", "met", "later_posters", "record_days"]
    >>> table.loc[table["group"] == 1, shown].to_numpy().tolist()
    [[1, 0, 1, 200]]
    """
    origin = groups.set_index("group")["origin_us"].astype("int64")
    networks = groups.set_index("group")["network"]
    begun = origin.groupby(networks).transform("min")
    days_written = days.assign(
        network=days["group"].map(networks),
        at=days["group"].map(origin) + days["age_day"].astype("int64") * DAY_US,
    )
    table = _count_posters(days, firsts).assign(
        record_days=((origin - begun) // DAY_US).astype("int64")
    )
    parts = [
        table.join(
            _describe_before(kind_edges, table, days_written, origin, networks)
        ).assign(replies=kind)
        for kind, kind_edges in edges.items()
    ]
    both = pd.concat(parts).drop(columns="founder")
    return both.rename_axis("group").reset_index()


def _count_posters(days: pd.DataFrame, firsts: pd.DataFrame) -> pd.DataFrame:
    """Return each group's founder, and its posters in week 1 and days 60–89."""
    ordered = firsts.sort_values(["group", "first_us", "member"])
    first = days["age_day"] < FIRST_DAYS
    later = days["age_day"].between(LATER_DAYS[0], LATER_DAYS[1] - 1)
    counts = {
        name: days[mask].groupby("group")["member"].nunique()
        for name, mask in (("posters", first), ("later_posters", later))
    }
    founder = ordered.groupby("group")["member"].first()
    table = pd.DataFrame({"founder": founder, **counts})
    return table.fillna(0).astype("int64")


def _describe_before(
    edges: pd.DataFrame,
    table: pd.DataFrame,
    days_written: pd.DataFrame,
    origin: pd.Series[int],
    networks: pd.Series[str],
) -> pd.DataFrame:
    """Return each founder's contacts, replies received and rank by replies."""
    dated = edges.assign(
        at=edges["group"].map(origin) + edges["age_us"],
        network=edges["group"].map(networks),
    )
    by_network = dict(iter(dated.groupby("network")))
    said_by = dict(iter(days_written.groupby("network")))
    blank = dated.iloc[:0]
    first_week = (
        days_written[days_written["age_day"] < FIRST_DAYS]
        .groupby("group")["member"]
        .unique()
    )
    rows = {
        group: _describe_founder(
            _cut(by_network.get(networks[group], blank), group, origin[group]),
            _cut(said_by[networks[group]], group, origin[group]),
            int(founder),
            origin[group],
            first_week[group],
        )
        for group, founder in _iterate(table["founder"])
    }
    columns = ["met", "received", "as_many"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _iterate(founder: pd.Series[int]) -> Iterator[tuple[int, int]]:
    yield from zip(founder.index, founder, strict=True)


def _cut(rows: pd.DataFrame, group: int, origin_us: int) -> pd.DataFrame:
    """Select messages in other groups in the 180 days before a group's founding."""
    since = origin_us - STANDING_DAYS * DAY_US
    return rows[rows["at"].between(since, origin_us - 1) & rows["group"].ne(group)]


def _describe_founder(
    replies: pd.DataFrame,
    posts: pd.DataFrame,
    founder: int,
    origin_us: int,
    first_week: Ints,
) -> tuple[int, int, float]:
    """Return a founder's number of contacts, replies received and rank by replies."""
    recent = replies[replies["at"] >= origin_us - MET_DAYS * DAY_US]
    sent = recent.loc[recent["member"].eq(founder), "receiver"]
    got = recent.loc[recent["receiver"].eq(founder), "member"]
    met = np.intersect1d(np.union1d(sent, got), first_week)
    people = posts["member"].dropna().unique()
    received = replies.groupby("receiver").size()
    own = int(received.get(founder, 0))
    as_many = int((received.reindex(people, fill_value=0) >= own).sum())
    return len(met), own, as_many / len(people) if len(people) else np.nan
