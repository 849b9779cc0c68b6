"""When each group of a numbered series opened after the one before.

A number is opened when the one before is full; that is custom, and nothing splits.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import DAY_US
from helpers.study.publish.study import Tables
from helpers.wording import say

OPENED, LAST = "number opened", "last post of a number"
AHEAD, TOGETHER = say("listed before"), say("in the same version")
SOON, LATER, NEVER = say("within 30 days"), say("later"), say("never")
SOON_DAYS = 30


def list_successions(study: Tables) -> pd.DataFrame:
    """List the days from each numbered group's opening to that of the next.

    Only numbers that the record has, and the next number too; last posts are cut with
    the record. A number that two threads bear lasts from the first post of either to
    the last.

    Returns
    -------
    DataFrame
        A row a number: ``group`` (the series), ``number``, ``year`` in which it was
        opened in the study's zone, ``days`` from its first post to the next number's
        first (below 0 where numbers were opened out of turn), ``overlap`` (days in
        which both were written in, below 0 where the one had stopped before the other
        began).

    Raises
    ------
    NotIdentifiableError
        If the study has no events.

    Examples
    --------
    >>> from helpers.study import open_study
    >>> list(list_successions(open_study("zh_s1_lounges")))
    ['group', 'number', 'year', 'days', 'overlap']
    """
    dated = study.table("events")
    times = [
        dated[dated["kind"] == kind].groupby(["group", "value"])["time_us"]
        for kind in (OPENED, LAST)
    ]
    each = pd.DataFrame({OPENED: times[0].min(), LAST: times[1].max()}).reset_index()
    after = each.assign(value=each["value"] - 1)[["group", "value", OPENED]]
    pairs = each.merge(after, on=["group", "value"], suffixes=("", " next"))
    began, ahead = pairs[OPENED], pairs[f"{OPENED} next"]
    local = pd.to_datetime(began + study.manifest.day_offset_us, unit="us")
    return pd.DataFrame(
        {
            "group": pairs["group"].astype("int64"),
            "number": pairs["value"].astype("int64"),
            "year": local.dt.year,
            "days": (ahead - began) / DAY_US,
            "overlap": (pairs[LAST] - ahead) / DAY_US,
        }
    )


def list_successors(study: Tables) -> pd.DataFrame:
    """List when the next group of a series appeared, for groups that filled up.

    The next is one of the same project and platform that came onto the list later.

    Returns
    -------
    DataFrame
        A row a group: ``group``, ``year`` (UTC) in which it was called full,
        ``days`` from then to the next listing (nan without one), ``followed``:
        `AHEAD`, `TOGETHER`, `SOON`, `LATER` or `NEVER`.

    Raises
    ------
    NotIdentifiableError
        If the study has no numbered groups on lists.

    Examples
    --------
    >>> from helpers.study import open_study
    >>> sorted(list_successors(open_study("zh_numbered_groups"))["followed"].unique())
    ['in the same version', 'later', 'listed before', 'never', 'within 30 days']
    """
    names = study.table("registry")[["group", "network", "kind"]]
    rows = study.table("fills").merge(names, on="group")
    rows = rows[~rows["shared"]]
    full = rows[rows["full_us"] > rows["listed_us"]]
    pairs = full.merge(rows, on=["network", "kind"], suffixes=("", "_next"))
    later = pairs[pairs["listed_us_next"] > pairs["listed_us"]]
    following = later.groupby("group")["listed_us_next"].min()
    days = (full["group"].map(following) - full["full_us"]) / DAY_US
    timing = np.select(
        [days < 0, days == 0, days <= SOON_DAYS, days.notna()],
        [AHEAD, TOGETHER, SOON, LATER],
        NEVER,
    )
    return pd.DataFrame(
        {
            "group": full["group"],
            "year": pd.to_datetime(full["full_us"], unit="us").dt.year,
            "days": days,
            "followed": timing,
        }
    ).reset_index(drop=True)
