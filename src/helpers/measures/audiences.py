"""Readers who never write, from counts of visitors and posters.

A window's visitors less its posters, of members less posters, is the share of silent
members who were there: exact for that window, and for no other, since visitors and
posters both grow with its length.
"""

from __future__ import annotations

import pandas as pd

LURKING_DAYS = 84


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
