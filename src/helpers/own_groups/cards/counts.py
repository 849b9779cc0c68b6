"""What is counted of all groups at once, from the study's tables.

Each function returns one row per group; a group of which nothing is known has none.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.forecast.moments import list_moments
from helpers.forecast.silence import (
    Forecast,
    Shift,
    find_fault,
    predict_silence,
    recalibrate,
)
from helpers.records import MONTH_DAYS
from helpers.study import Study

WEEK, WEEKS = 7, 52  # days of a bar, and most bars of a card
FEWEST_PAUSES = 10  # from which a group has a rhythm of its own
USUAL = 0.95  # of pauses; a longer one is unusual
FEWEST_HOURS = 20  # messages from which busy hours are named
BUSY_HOURS, HOURS = 3, 24
SURE = 3.3  # standard errors by which a busy hour has more than an even share


def measure_pauses(daily: pd.DataFrame) -> pd.DataFrame:
    """Measure median and 95th percentile of pauses between days with messages, in days.

    >>> days = pd.DataFrame({"group": 0, "day": range(0, 24, 2)})
    >>> measure_pauses(days).loc[0].to_dict()
    {'usual_pause': 2.0, 'long_pause': 2.0}
    """
    days = daily.sort_values(["group", "day"])
    pause = days.groupby("group")["day"].diff()
    pauses = days.assign(pause=pause)[pause.notna()].sort_values(["group", "pause"])
    by = pauses.groupby("group")["pause"]
    last = by.transform("size") - 1
    at = by.cumcount()
    is_long = at.eq(np.ceil(USUAL * last))
    is_median = at.eq(last // 2) | at.eq((last + 1) // 2)
    found = pd.DataFrame(
        {
            "usual_pause": pauses["pause"].where(is_median),
            "long_pause": pauses["pause"].where(is_long),
        }
    )
    found = found[last >= FEWEST_PAUSES - 1].astype("float64")
    return found.groupby(pauses["group"]).mean()


def count_weeks(daily: pd.DataFrame, last_day: pd.Series[int]) -> pd.DataFrame:
    """Count messages in at most 52 weeks before the end of a day, oldest first.

    >>> days = pd.DataFrame({"group": 0, "day": [100, 108], "messages": [2, 5]})
    >>> count_weeks(days, pd.Series({0: 110}))["weeks"][0]
    (2, 5)
    """
    back = (daily["group"].map(last_day) - daily["day"]) // WEEK
    longest = back.groupby(daily["group"]).max().clip(upper=WEEKS - 1)
    rows = daily.assign(back=back)[back < WEEKS]
    counts = rows.pivot_table("messages", "group", "back", "sum", fill_value=0)
    counts = counts.reindex(
        longest.index, columns=range(WEEKS - 1, -1, -1), fill_value=0
    )
    whole = zip(counts.to_numpy(np.int64).tolist(), longest.astype(int), strict=True)
    weeks = [tuple(row[WEEKS - 1 - first :]) for row, first in whole]
    return pd.DataFrame({"weeks": weeks}, index=longest.index)


def count_writers(member_days: pd.DataFrame, last_day: pd.Series[int]) -> pd.DataFrame:
    """Count who wrote in the last 28 days and the 28 before, and the busiest's shares.

    >>> days = pd.DataFrame(
    ...     {"group": 0, "member": [1, 2, 2], "day": 30, "messages": [1, 2, 1]}
    ... )
    >>> count_writers(days, pd.Series({0: 31})).iloc[0].tolist()
    [2.0, 0.0, 0.75, 1.0]
    """
    month = (member_days["group"].map(last_day) - member_days["day"]) // MONTH_DAYS
    rows = member_days.assign(month=month.clip(lower=0))[month <= 1]
    by = rows.groupby(["group", "month", "member"], observed=True, as_index=False)
    each = pd.DataFrame(by["messages"].sum())
    each = each.sort_values("messages", ascending=False, kind="stable")
    now, before = (each[each["month"].eq(n)] for n in (0, 1))
    place = now.groupby("group").cumcount()
    total = now.groupby("group")["messages"].sum()
    shares = {
        name: now[place < most].groupby("group")["messages"].sum() / total
        for name, most in (("top", 1), ("top_three", 3))
    }
    found = {"people_28": now.groupby("group").size(),
             "people_before": before.groupby("group").size(), **shares}  # fmt: skip
    everyone = pd.Index(last_day.index, name="group")
    table = pd.DataFrame(found, index=everyone)
    people = ("people_28", "people_before")
    return table.fillna(dict.fromkeys(people, 0)).astype(dict.fromkeys(people, "int64"))


def count_silent_members(memberships: pd.DataFrame) -> pd.DataFrame:
    """Count the listed members, and those of them who never wrote."""
    listed = memberships[memberships["listed"].astype(bool)]
    by = listed["messages"].eq(0).groupby(listed["group"])
    return pd.DataFrame({"members": by.size(), "silent_members": by.sum()})


def find_busy_hours(rhythm: pd.DataFrame) -> pd.DataFrame:
    """Find the busiest hours, of those that chance does not make busy.

    >>> even = pd.DataFrame({"group": 0, "hour": range(24), "items": 9})
    >>> len(find_busy_hours(even))
    0
    >>> evening = pd.DataFrame({"group": 0, "hour": [9, 20, 21], "items": [2, 50, 60]})
    >>> find_busy_hours(evening)["hours"][0]
    (21, 20)
    """
    by = rhythm.groupby(["group", "hour"], as_index=False)["items"].sum()
    total = by.groupby("group")["items"].transform("sum")
    even = total / HOURS
    least = even + SURE * np.sqrt(even * (1 - 1 / HOURS))
    busy = by[(total >= FEWEST_HOURS) & (by["items"] > least)]
    busy = busy.sort_values(["items", "hour"], ascending=[False, True])
    first = busy.groupby("group").head(BUSY_HOURS).groupby("group")["hour"]
    return pd.DataFrame({"hours": first.agg(lambda hours: tuple(map(int, hours)))})


def count_answered(newcomers: pd.DataFrame, kinds: pd.Series[str]) -> pd.DataFrame:
    """Count first-time posters, and who of them was answered within an hour.

    `newcomers`: the study's life table; `kinds`: which replies count, by group.
    """
    at = newcomers["group"].map(kinds)
    is_first = newcomers["from_day"].eq(0) & newcomers["within_hours"].eq(1)
    rows = newcomers[is_first & newcomers["replies"].eq(at)]
    answered = rows["at_risk"].where(rows["answered"].astype(bool), 0)
    by = rows["group"]
    people, counts = rows["at_risk"].groupby(by).sum(), answered.groupby(by).sum()
    found = pd.DataFrame({"followed": people, "answered": counts}).astype("int64")
    return found[found["followed"] > 0]


def read_shift(study: Study) -> Shift | None:
    """Return how far a study's groups are from what is predicted of their past days."""
    try:
        return recalibrate(list_moments(study))
    except NotIdentifiableError:  # too few groups, or no day behind a past one
        return None


def count_last_month(member_days: pd.DataFrame, today: pd.Series[int]) -> pd.DataFrame:
    """Count messages and writers of the 28 days up to a day of each group.

    >>> days = pd.DataFrame(
    ...     {"group": 0, "member": [1, 2], "day": [3, 30], "messages": 2}
    ... )
    >>> count_last_month(days, pd.Series({0: 31})).iloc[0].tolist()
    [2, 1]
    """
    ago = member_days["group"].map(today) - member_days["day"]
    by = member_days[ago.lt(MONTH_DAYS)].groupby("group")
    found = pd.DataFrame({"messages": by["messages"].sum()})
    found["writers"] = by["member"].nunique()
    return found.reindex(today.index).fillna(0).astype("int64")


def tell_groups(
    states: pd.DataFrame, shift: Shift | None
) -> dict[int, dict[str, Forecast]]:
    """Predict the next 60 days of groups, by the field of the card.

    `states`: by group, age, days since the last message, messages and writers; nothing
    is predicted outside what was measured.
    """
    found: dict[int, dict[str, Forecast]] = {}
    for group, *state in states.itertuples(name=None):
        age, days_since, messages, writers = map(int, state)
        now = (age, days_since, messages, writers)
        if find_fault(*now):
            continue
        told = found[int(group)] = {"forecast": predict_silence(*now)}
        if shift is not None:
            told["recalibrated"] = predict_silence(*now, past=shift)
    return found
