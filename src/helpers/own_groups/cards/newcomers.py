"""Who is new in groups, who stayed, and which regulars stopped writing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.records import DAY_US, MONTH_DAYS

PAIR = ["group", "person"]
REGULAR_DAYS = 10  # on which somebody wrote
RECENT_DAYS = 60
LEAST_DAYS = 2 * RECENT_DAYS  # of a record that can tell who is new by first messages
STAYED_WEEKS = 4
FOLLOWED = 28  # days after some weeks in which somebody is seen to write still


class Newcomers(NamedTuple):
    """How many are new in a group, and how many of the earlier ones stayed."""

    dated: bool  # by dated joins, else by first messages
    recent: int | None  # who came in the last 60 days; None where that cannot be told
    wrote: int  # of them
    followed: int  # who came eight weeks before the end or earlier
    stayed: int  # of them, who wrote four weeks later or after that


class Regulars(NamedTuple):
    """Who wrote on ten days or more, and how many stopped 60 days ago."""

    people: int
    stopped: int


def select_newcomers(
    joined_us: pd.Series[int],
    since_us: pd.Series[int],
    created_us: pd.Series[int],
    offset_us: int,
) -> pd.Series[bool]:
    """Return who of a list of members with days joined within their group's record.

    Who is older than its first day, or was there when the group was made, is no
    newcomer.
    """
    day, since = ((us + offset_us) // DAY_US for us in (joined_us, since_us))
    return (day >= since.fillna(0)) & joined_us.ne(created_us)


def list_people(
    spoke: pd.DataFrame, arrivals: pd.DataFrame, ends: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per group and person who wrote or joined, with what they did.

    `spoke`: ``group, person, first, last`` (days since 1970) and ``days`` on which they
    wrote; `arrivals`: ``group, person, joined`` (a day); `ends`, by group: ``end``, the
    last day of the record, ``truncated``, whether its start may be missing, and, where
    only some days are counted, ``cut``, whether it is older than the first of them.

    ``came`` is the day of joining where a group's joins are dated, else of the first
    message; ``recent``, ``followed``, ``stayed``, ``regular`` and ``stopped`` are
    missing or no where that cannot be told.
    """
    rows = spoke.merge(arrivals, "outer", PAIR)
    born = spoke.groupby("group")["first"].min()
    quiet = spoke.groupby("group")["last"].max()
    at = ends.reindex(rows["group"]).set_axis(rows.index)
    since, last = (rows["group"].map(one) for one in (born, quiet))
    dated = rows["group"].isin(arrivals["group"])
    is_cut = (
        at["cut"].astype(bool) if "cut" in at else pd.Series(data=False, index=at.index)
    )
    talks = at["end"] - last <= MONTH_DAYS
    least = np.where(dated, 0, LEAST_DAYS)  # dated joins decide, however few days
    came = rows["joined"].where(dated, rows["first"])
    is_long = talks & (at["end"] - since >= LEAST_DAYS)
    regular = is_long & (rows["days"] >= REGULAR_DAYS)
    rows = rows.assign(
        came=came,
        dated=dated,
        told=talks & (at["end"] - since >= least) & (dated | ~is_cut),
        known=dated | ~at["truncated"].astype(bool),
        wrote=rows["first"].notna(),
        long=is_long,
        left=at["end"] - came,
        ago=at["end"] - rows["last"],
    )
    return rows.assign(
        recent=rows["told"] & (rows["left"] < RECENT_DAYS),
        regular=regular,
        stopped=regular & (rows["ago"] >= RECENT_DAYS),
        **follow_weeks(rows, STAYED_WEEKS),
    )


def follow_weeks(people: pd.DataFrame, weeks: int) -> dict[str, pd.Series[bool]]:
    """Return who is followed some weeks after arriving, and who still writes then."""
    days = 7 * weeks
    followed = people["known"] & (people["left"] >= days + FOLLOWED)
    stayed = followed & (people["last"] - people["came"] >= days)
    return {"followed": followed, "stayed": stayed}


def count_newcomers(
    people: pd.DataFrame,
) -> dict[int, tuple[Newcomers, Regulars | None]]:
    """Count newcomers and regulars of all groups, by group: of `list_people`."""
    flags = ["dated", "told", "recent", "followed", "stayed", "long", "regular",
             "stopped"]  # fmt: skip
    counted = people[flags].astype(bool)
    counted["wrote"] = counted["recent"] & people["wrote"]
    sums = counted.groupby(people["group"].astype("int64")).sum()
    return {
        int(group): (
            Newcomers(
                row["dated"] > 0,
                int(row["recent"]) if row["told"] else None,
                int(row["wrote"]),
                int(row["followed"]),
                int(row["stayed"]),
            ),
            Regulars(int(row["regular"]), int(row["stopped"])) if row["long"] else None,
        )
        for group, row in zip(sums.index, sums.to_dict("records"), strict=True)
    }
