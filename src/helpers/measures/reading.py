"""Who reads and does not write: lower bounds from the number of readers of posts.

Readers are counted post by post and never named. At least as many people read a topic
as read its most read post; those of them who wrote in it are at most its authors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

TOPIC = ["group", "topic"]


def reads_by_topic(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``reads``, topics numbered by (start, id).

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
    >>> reads_by_topic(posts)[["topic", "authors", "lurkers_low"]].values.tolist()
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


def reads_by_month(posts: pd.DataFrame) -> pd.DataFrame:
    """Return ``snapshots`` of each forum on the first day of each month with a post.

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
