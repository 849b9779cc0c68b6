"""What a follow-up window shows: groups without a message in it, and afterwards.

Day 0 is the UTC day of a group's first message. Definitions:
``docs/decisions/2026-11-30-one-forecast-and-follow-up-windows.md``.
"""

from __future__ import annotations

import pandas as pd

from helpers.errors import ShequnError
from helpers.records import DAY_US
from helpers.study import Study

MESSAGES, PEOPLE = 10, 2  # in all, and on one day: active again in earnest


def list_follow_up(study: Study, *, days: int = 34, window: int = 4) -> pd.DataFrame:
    """List groups followed for so many days, and what the last of these days show.

    Parameters
    ----------
    study
        With tables ``groups`` and ``daily``.
    days
        Of follow-up from the day of the first message on; groups count that were
        watched from then, and for so long.
    window
        The last of these days, in which a message is looked for.

    Returns
    -------
    DataFrame
        ``group``; ``gone``: no message in the window; ``watched``, days from the first
        message to the end of the record; ``again`` and ``earnest``: the first day after
        the window with a message, and the one on which there were ten messages in all
        and a day with two people (null: none).

    Examples
    --------
    >>> from helpers.study import open_study
    >>> rows = list_follow_up(open_study("komodo_discord"))
    >>> int(rows["gone"].sum()), len(rows)
    (52, 108)
    """
    if not 0 < window <= days:
        raise ShequnError(
            f"a window of {window} days in {days} days of follow-up", where="follow-up",
            remedy="look at one day or more, and at no more than all of them",
        )  # fmt: skip
    groups = study.table("groups").dropna(subset="first_us").set_index("group")
    watched = (groups["end_us"] - groups["first_us"]) / DAY_US
    eligible = groups["entry_us"].le(groups["first_us"]) & watched.ge(days)
    daily = study.table("daily").astype({"group": "int64", "day": "int64"})
    daily = daily[daily["messages"] > 0].sort_values(["group", "day"])
    age = daily["day"] - daily["group"].map(groups["first_us"] // DAY_US)
    daily = daily.assign(age=age)
    seen = daily.loc[age.between(days - window, days - 1), "group"]
    rows = pd.DataFrame({"group": groups.index[eligible]})
    rows["gone"] = ~rows["group"].isin(seen)
    rows["watched"] = rows["group"].map(watched)
    later = daily[daily["age"] >= days]
    by = later.groupby("group")
    enough = by["messages"].cumsum().ge(MESSAGES) & by["posters"].cummax().ge(PEOPLE)
    for name, found in (("again", later), ("earnest", later[enough])):
        rows[name] = rows["group"].map(found.groupby("group")["age"].min())
    return rows
