"""How many opened a community without writing, by the window in which it was counted.

A window's visitors less its posters, of members less posters, is the share of silent
members who were there: exact for that window, and for no other, since visitors and
posters both grow with its length. Of a longer time only bounds are known.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

LURKING_DAYS = 84


class Bounds(NamedTuple):
    """What a share lies between over a longer time, and the days that it covers."""

    window_days: int
    first_day: int
    low: float
    high: float


def opened(audiences: pd.DataFrame) -> pd.DataFrame:
    """Return the windows of whole communities, with the share of silent visitors.

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
    >>> opened(pd.DataFrame([one]))["share"].tolist()
    [0.5]
    """
    whole = audiences[audiences["channel"].isna() & audiences["members"].notna()]
    rows = whole.drop(columns=["channel", "one_way", "messages"], errors="ignore")
    silent = rows["members"] - rows["posters"]
    came = rows["visitors"] - rows["posters"]
    rows = rows.assign(silent=silent, opened=came, share=came / silent)
    return rows.sort_values(["group", "window_days", "day"], ignore_index=True)


def bounds(audiences: pd.DataFrame, days: int = LURKING_DAYS) -> list[Bounds]:
    """Bound the share over the last days that windows of one length tile.

    As many as wrote in the fullest window wrote at the least, and at the most as many
    as posted in all windows together; for visitors the same.

    Parameters
    ----------
    audiences
        The table of that name, of one community.
    days
        How long; lengths of windows that do not divide it are passed over.
    """
    whole = audiences[audiences["channel"].isna()].sort_values("day")
    found = []
    for length in sorted(whole["window_days"].dropna().astype(int).unique().tolist()):
        rows = whole[whole["window_days"] == length]
        tiles = _last_tiles(rows, length, days // length)
        if days % length == 0 and len(tiles) and tiles["members"].notna().any():
            found.append(_bounded(tiles, length))
    return found


def _last_tiles(rows: pd.DataFrame, window: int, often: int) -> pd.DataFrame:
    """Return the last so many windows each of which begins where one ended."""
    apart = rows["day"].diff().eq(window)
    run = apart.groupby((~apart).cumsum()).cumsum().to_numpy()
    (ends,) = (run >= often - 1).nonzero()
    until = int(ends[-1]) + 1 if len(ends) else 0
    return rows.iloc[max(0, until - often) : until]


def _bounded(tiles: pd.DataFrame, window: int) -> Bounds:
    most, least = tiles["members"].max(), tiles["members"].min()
    visitors, posters = tiles["visitors"], tiles["posters"]
    silent = most - posters.sum()
    low = (visitors.max() - posters.sum()) / silent if silent > 0 else 0.0
    high = (visitors.sum() - posters.max()) / (least - posters.max())
    day = int(tiles["day"].min())
    return Bounds(window, day, max(0.0, float(low)), min(1.0, float(high)))
