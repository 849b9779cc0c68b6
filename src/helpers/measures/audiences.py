"""Readers who never write, from counts of visitors and readers.

A window's visitors less its posters, of members less posters, is the share of silent
members who were there: exact for that window, and for no other, since visitors and
posters both grow with its length.

Readers are counted post by post and never named. At least as many people read a topic
as read its most read post; those of them who wrote in it are at most its authors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LURKING_DAYS = 84
TOPIC = ["group", "topic"]


def summarise_windows(audiences: pd.DataFrame) -> pd.DataFrame:
    """Return visitors per period, and which share of members without a post visited.

    Parameters
    ----------
    audiences
        The table of that name.

    Returns
    -------
    DataFrame
        ``group, window_days, day, visitors, posters, members`` with ``silent``
        (members without a word), ``opened`` (those of them who came) and ``share``;
        windows without a count of members are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> one = {"group": 0, "channel": None, "window_days": 30, "day": 5}
    >>> one |= {"visitors": 50, "posters": 10, "members": 90}
    >>> summarise_windows(pd.DataFrame([one]))["share"].tolist()
    [0.5]
    """
    whole = audiences[audiences["channel"].isna() & audiences["members"].notna()]
    rows = whole.drop(columns=["channel", "one_way", "messages"], errors="ignore")
    silent = rows["members"] - rows["posters"]
    came = rows["visitors"] - rows["posters"]
    rows = rows.assign(silent=silent, opened=came, share=came / silent)
    return rows.sort_values(["group", "window_days", "day"], ignore_index=True)


def count_reads_by_topic(posts: pd.DataFrame) -> pd.DataFrame:
    """Count readers and writers per topic, with bounds on the silent readers.

    Parameters
    ----------
    posts
        ``group, topic, time_us, member, readers``, one row a post.

    Examples
    --------
    >>> posts = pd.DataFrame(
    ...     {
    ...         "group": 0,
    ...         "topic": ["a", "a", "b"],
    ...         "time_us": [5, 9, 1],
    ...         "member": [0, 1, 0],
    ...         "readers": [7, 3, 1],
    ...     }
    ... )
    >>> count_reads_by_topic(posts)[["topic", "authors", "lurkers_low"]].values.tolist()
    [[0, 1, 0], [1, 2, 5]]
    """
    ordered = posts.sort_values([*TOPIC, "time_us"], kind="stable")
    table = ordered.groupby(TOPIC, as_index=False, observed=True).agg(
        start_us=("time_us", "min"),
        last_us=("time_us", "max"),
        posts=("time_us", "size"),
        authors=("member", "nunique"),
        readers_first=("readers", "first"),
        readers_median=("readers", "median"),
        readers_most=("readers", "max"),
    )
    table = table.sort_values(["start_us", *TOPIC], ignore_index=True)
    unread = table["readers_most"] - table["authors"]
    return table.assign(topic=np.arange(len(table)), lurkers_low=unread.clip(lower=0))


def count_reads_by_month(posts: pd.DataFrame) -> pd.DataFrame:
    """Count posts, readers and writers per forum and calendar month.

    `readers` is how many people read the month's most read post, whenever they did;
    `active` is how many wrote in the month, `posts` how many posts there were by its
    end.

    Parameters
    ----------
    posts
        ``group, day, member, readers``, one row a post.
    """
    date = pd.to_datetime(posts["day"], unit="D")
    month = date.dt.to_period("M").dt.start_time - pd.Timestamp(0)
    dated = posts.assign(day=month.dt.days)
    table = dated.groupby(["group", "day"], as_index=False).agg(
        readers=("readers", "max"), active=("member", "nunique"), new=("day", "size")
    )
    total = table.groupby("group")["new"].cumsum()
    return table.assign(posts=total, members=np.nan, joined=np.nan)
