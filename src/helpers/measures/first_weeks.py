"""Activity in a group's first day, week and four weeks, as forecast features."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAYS = (1, 7, 28)
PAIR = ["group", "member"]


def summarise_first_weeks(days: pd.DataFrame, replies: pd.DataFrame) -> pd.DataFrame:
    """Count messages, posters, replies and repeat posters in each group's first days.

    Parameters
    ----------
    days
        ``group, member, age_day, n``: messages per person and age day; the member is
        missing where the sender is not identified.
    replies
        ``group, age_day, member, receiver``: who replied to whom on which age day.

    Returns
    -------
    The columns of table ``first_weeks``, one row per group and number of days with a
    message in them.

    Examples
    --------
    >>> days = pd.DataFrame(
    ...     {"group": 0, "member": [1, 2, 1], "age_day": [0, 0, 9], "n": [3, 1, 4]}
    ... )
    >>> replies = pd.DataFrame(
    ...     {"group": 0, "age_day": [0, 9], "member": [2, 1], "receiver": [1, 2]}
    ... )
    >>> rows = summarise_first_weeks(days, replies).set_index("days")
    >>> shown = ["messages", "posters", "mutual", "first_posters", "returned"]
    >>> rows.loc[28, shown].tolist()
    [8, 2, 1, 2, 1]
    """
    parts = [
        _summarise_days(
            days[days["age_day"] < count], replies[replies["age_day"] < count], count
        )
        for count in DAYS
    ]
    return pd.concat(parts, ignore_index=True)


def _summarise_days(
    days: pd.DataFrame, replies: pd.DataFrame, count: int
) -> pd.DataFrame:
    by_group = days.groupby("group")
    known = days.dropna(subset="member")
    by_poster = known.groupby(PAIR)["n"].sum().groupby("group")
    second_half = days[days["age_day"] >= count // 2] if count > 1 else days.iloc[:0]
    counts = {
        "messages": by_group["n"].sum(),
        "active_days": by_group["age_day"].nunique(),
        "later_messages": second_half.groupby("group")["n"].sum(),
        "posters": by_poster.size(),
        "top_messages": by_poster.max(),
        **_count_returns(known, count),
        **_count_replies(replies),
    }
    table = pd.DataFrame(counts, index=counts["messages"].index).fillna(0)
    return table.astype("int64").reset_index().assign(days=count)


def _count_returns(known: pd.DataFrame, count: int) -> dict[str, pd.Series[int]]:
    """Count who posted in a group's first days, and how many of them wrote again."""
    quarter = max(count // 4, 1)
    first = known.loc[known["age_day"] < quarter, PAIR].drop_duplicates()
    later = known.loc[known["age_day"] >= quarter, PAIR].drop_duplicates()
    return {
        "first_posters": first.groupby("group").size(),
        "returned": first.merge(later, on=PAIR).groupby("group").size(),
    }


def _count_replies(replies: pd.DataFrame) -> dict[str, pd.Series[int]]:
    """Count, by group, people replied to, pairs with a reply and reciprocal pairs."""
    edges = replies[["group", "member", "receiver"]].drop_duplicates()
    first = np.minimum(edges["member"], edges["receiver"])
    other = np.maximum(edges["member"], edges["receiver"])
    directions = edges.assign(one=first, other=other).groupby(["group", "one", "other"])
    pairs = directions.size()
    return {
        "answered": edges.groupby("group")["receiver"].nunique(),
        "pairs": pairs.groupby("group").size(),
        "mutual": pairs[pairs > 1].groupby("group").size(),
    }
