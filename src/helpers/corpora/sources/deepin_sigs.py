"""Deepin's interest groups, 2022–2026: members by day, committee.

Groups go by the day on which they were proposed; names are not published, since no
licence is stated.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import build_registry
from helpers.records import DAY_US, to_day_us

SIGS, EVENTS, MINUTES = "sigs.csv", "events.csv", "tc_minutes.csv"
END = date(2026, 7, 16)  # the last version was of the day before
TEMPLATES = (".template", ".template.zh_CN")
COMMITTEE = "committee"


def count(raw: RawFolder) -> Counted:
    """Build tables of Deepin's groups: registry, members by day."""
    listed = raw.rows(SIGS)
    events = raw.rows(EVENTS)
    minutes = raw.rows(MINUTES)
    company, staff = listed["kind"].ne("sig"), events["kind"].ne("sig")
    bot = ~staff & events["bot"].eq(1)
    template = listed["sig"].isin(TEMPLATES)
    older = listed["listed_at_head"].eq(0)
    groups = _add_keys(listed[~company & ~template & ~older])
    key = groups.set_index("sig")["key"]
    people = events[~staff & events["bot"].eq(0)]
    meetings = _date_meetings(minutes)
    return Counted(
        pd.concat([_build_registry(groups), _build_committee(meetings)]),
        {"holders": _build_members(people.assign(key=people["sig"].map(key)))},
        {
            "a company's list of staff": int(company.sum()),
            "a template, not a group": int(template.sum()),
            "an older name of a group": int(older.sum()),
            "a join or leave of staff": int(staff.sum()),
            "a bot's join or leave": int(bot.sum()),
            "a meeting without a month": len(minutes) - len(meetings),
        },
        {
            "groups": len(groups),
            "joins and leaves": len(people),
            "meetings": len(meetings),
        },
    )


def _add_keys(groups: pd.DataFrame) -> pd.DataFrame:
    """Add anonymous group keys made of proposal day and rank on that day."""
    dated = groups.assign(
        created=_normalise_dates(groups["date_created"]),
        archived=_normalise_dates(groups["date_archived"]),
    )
    day = dated["created"]
    turn = (day.groupby(day).cumcount() + 1).astype("str")
    return dated.assign(key="sig/" + day + "/" + turn)


def _normalise_dates(column: pd.Series[str]) -> pd.Series[str]:
    """Convert dates in various spellings to ISO text; a dash is missing.

    >>> _normalise_dates(pd.Series(["2025/1/6", "-"])).tolist()[0]
    '2025-01-06'
    """
    dates = column.mask(column.eq("-")).str.replace("/", "-")
    return pd.to_datetime(dates, format="%Y-%m-%d").dt.strftime("%Y-%m-%d")


def _build_registry(groups: pd.DataFrame) -> pd.DataFrame:
    created, first = (
        to_midnight(to_days(groups[name])) for name in ("created", "first_commit")
    )
    closed = to_midnight(to_days(groups["archived"])) + DAY_US
    worked = to_midnight(to_days(groups["last_commit"]))
    return build_registry(
        groups,
        network="deepin",
        kind="sig",
        origin_us=np.fmin(created, first),
        end_us=END,
        closed_us=closed,
        closed_kind="administrative",
        last_us=np.minimum(worked, closed.fillna(to_day_us(END))),
    )


def _date_meetings(minutes: pd.DataFrame) -> pd.Series[int]:
    """Date the committee's meetings, of which only the month is recorded."""
    month = minutes["meeting"].str.extract(r"^(\d{4}-(?:0[1-9]|1[0-2]))")[0]
    return to_midnight(to_days(month.dropna() + "-01")).astype("int64")


def _build_committee(meetings: pd.Series[int]) -> pd.DataFrame:
    return build_registry(
        COMMITTEE,
        network="deepin",
        kind=COMMITTEE,
        origin_us=meetings.min(),
        end_us=END,
        last_us=meetings.max(),
    )


def _build_members(events: pd.DataFrame) -> pd.DataFrame:
    """Count joins, leaves and current members of interest groups by day."""
    came = events["type"].eq("join").astype("int64")
    steps = (
        events.assign(role="member", day=to_days(events["at"].str[:10]), came=came)
        .assign(went=1 - came)
        .groupby(["key", "role", "day"], as_index=False)[["came", "went"]]
        .sum()
    )
    held = (steps["came"] - steps["went"]).groupby(steps["key"]).cumsum()
    crowd = steps.groupby("day")["went"].transform("sum")
    return steps.assign(holders=held, crowd=crowd)
