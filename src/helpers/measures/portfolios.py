"""Count messages that members received and wrote per week, as sums over people.

What people received in a week and wrote in a later one is summed over pairs of weeks
of one person, far enough apart that no message is the outcome of one and an exposure
in the other. Given what was written after both, the share written after the later one
depends on how the weeks differ, whatever the person's own level is (McFadden 1974).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import WEEK_DAYS

BEFORE = 4  # weeks in which a member is in the groups they wrote in
CLASSES = 60  # of people, by their number: the independent units
LAGS = (1, 2, 3, 4)
MOST_LOAD, MOST_OWN = 6, 4  # doublings; more are told as so many


def build_loads(days: pd.DataFrame) -> pd.DataFrame:
    """Build table ``loads`` from ``group, member, day, messages``."""
    weeks = summarise_member_weeks(days)
    several = weeks.groupby("member")["groups"].max() > 1
    parts = [sum_load_differences(weeks, lag).assign(lag=lag) for lag in LAGS]
    return pd.concat(parts, ignore_index=True).assign(
        people=len(several), in_several=int(several.sum())
    )


def summarise_member_weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Summarise the messages each member received and wrote in each week.

    Parameters
    ----------
    days
        ``group, member, day, messages``.

    Returns
    -------
    DataFrame
        ``member, week, received`` (by others, in groups written in during the four
        weeks up to it), ``own``, ``groups``; weeks with such a group.
    """
    dated_days = days.assign(week=days["day"] // WEEK_DAYS)
    of = ["member", "group", "week"]
    own = dated_days.groupby(of, as_index=False)["messages"].sum()
    talk = own.groupby(["group", "week"], as_index=False)["messages"].sum()
    ahead = [own[of].assign(week=own["week"] + k) for k in range(BEFORE)]
    there = pd.concat(ahead).drop_duplicates()
    there = there[there["week"] <= own["week"].max()]
    heard = there.merge(talk.rename(columns={"messages": "all"}), "left")
    heard = heard.merge(own, "left").fillna({"all": 0, "messages": 0})
    heard["received"] = heard["all"] - heard["messages"]
    by = heard.groupby(["member", "week"], as_index=False)
    table: pd.DataFrame = by.agg(
        received=("received", "sum"), own=("messages", "sum"), groups=("group", "size")
    )
    return table


def sum_load_differences(rows: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Compare members' messages after weeks with more and with fewer received.

    Returned are ``people_class, load, own`` (doublings from the earlier to the later
    week), ``pairs``, and messages written after either: ``earlier, later``.

    Parameters
    ----------
    rows
        As `summarise_member_weeks` returns them.
    lag
        Weeks from the exposure to what is counted; below 0 for a negative control,
        messages that came after what is counted.
    """
    first = rows.groupby("member")["week"].min()
    wrote = rows[["member", "week", "own"]].rename(columns={"own": "later"})
    exposures = rows.merge(wrote.assign(week=wrote["week"] - lag), "left")
    exposures = exposures[exposures["week"] + lag <= rows["week"].max()].fillna(
        {"later": 0}
    )
    came = exposures["member"].map(first)
    exposures = exposures[exposures["week"] + lag >= came].copy()
    exposures["load"], exposures["doublings"] = (
        np.log2(1 + exposures[name]) for name in ("received", "own")
    )
    current = exposures[["member", "week", "load", "doublings", "later"]]
    before = current.assign(week=current["week"] + BEFORE + lag)
    both = current.merge(before, on=["member", "week"], suffixes=("", "_before"))
    both = both[both["later"] + both["later_before"] > 0]
    load, own = (
        (both[name] - both[f"{name}_before"]).round().clip(-most, most).astype("int64")
        for name, most in (("load", MOST_LOAD), ("doublings", MOST_OWN))
    )
    cells = pd.DataFrame(
        {
            "people_class": both["member"] % CLASSES,
            "load": load,
            "own": own,
            "pairs": 1,
            "earlier": both["later_before"],
            "later": both["later"],
        }
    )
    return cells.groupby(["people_class", "load", "own"], as_index=False).sum()
