"""Minutes of meetings of 39 Chinese open-source groups, 2020–2026.

Lists are read from pages by pattern. Some groups list their leads only, and an agenda
lists who is invited: neither tells who came.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_funnel,
    build_registry_columns,
    count_lives,
)

MEETINGS, PEOPLE = "meetings.csv", "attendance.csv.gz"
LEADS_ONLY = ("openharmony/sig_architecture", "openharmony/sig_qa")
COMMITTEES = ("TC", "TSC", "PMC", "project-committee")
LAST_DAYS = 60


def count(raw: RawFolder) -> Counted:
    """Build tables of groups that publish minutes: meetings, spans of attendance."""
    papers, listed = (_add_keys(raw.rows(name)) for name in (MEETINGS, PEOPLE))
    dated, there = papers.dropna(subset="day"), listed.dropna(subset="day")
    came = there[there["list_kind"].eq("attended") & ~there["key"].isin(LEADS_ONLY)]
    people = _identify_people(came)
    meetings = _list_meetings(dated)
    return build_counted(
        _build_registry(dated),
        {
            "meetings": meetings,
            "lives": count_lives(_build_lives(people, meetings)),
            "funnels": pd.concat(
                [_build_attendance_funnel(people), _count_invited(dated)]
            ),
            "facts": _build_facts(dated),
        },
        {
            "a paper or a listing without a date": len(papers)
            - len(dated)
            + len(listed)
            - len(there),
            "a listing of the invited or of leads": len(there) - len(came),
        },
        {"papers of meetings": len(dated), "listings of people who came": len(came)},
    )


def _add_keys(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        key=table["community"] + "/" + table["group"], day=to_days(table["date"])
    )


def _build_registry(papers: pd.DataFrame) -> pd.DataFrame:
    """Build the registry of groups, observed until the last meeting of any."""
    by = papers.groupby("key")
    table = by.agg(
        community=("community", "first"), group=("group", "first"),
        first=("day", "min"), last=("day", "max"),
    ).reset_index()  # fmt: skip
    end = table["community"].map(papers.groupby("community")["day"].max())
    committee = table["group"].isin(COMMITTEES)
    return build_registry_columns(
        table.assign(
            label=table["community"] + ": " + table["group"],
            network=table["community"],
            kind=np.where(committee, "committee", "sig"),
            origin_us=to_midnight(table["first"]),
            end_us=to_midnight(end + 1),
            last_us=to_midnight(table["last"]),
        )
    )


def _list_meetings(papers: pd.DataFrame) -> pd.DataFrame:
    """List meetings by group and day, with agenda and minutes joined.

    How many came is what the minutes state, else how many they list.
    """
    minuted = papers["list_kind"].eq("attended")
    useful = minuted & papers["attendees"].gt(0) & ~papers["key"].isin(LEADS_ONLY)
    by_day = papers.assign(
        minuted=minuted, listed=papers["attendees"].where(useful)
    ).groupby(["key", "day"], as_index=False)
    table = by_day.agg(
        held=("minuted", "max"),
        stated=("attendees_stated", "max"),
        listed=("listed", "max"),
    )
    return table.assign(
        nth=np.arange(len(table)),
        time_us=to_midnight(table["day"]).astype("int64"),
        announced_us=np.nan,
        kind=np.where(table["held"], "minutes", "agenda"),
        online=None,
        answers=table["stated"].fillna(table["listed"]),
        waiting=np.nan,
    )


def _identify_people(came: pd.DataFrame) -> pd.DataFrame:
    """Return each person's first and last meeting and day count, by group."""
    by = came.drop_duplicates(["key", "person", "day"]).groupby(["key", "person"])
    table = by["day"].agg(first="min", last="max", times="size").reset_index()
    return table.assign(born=table.groupby("key")["first"].transform("min"))


def _build_lives(people: pd.DataFrame, meetings: pd.DataFrame) -> pd.DataFrame:
    """Build spans of attendance from a person's first to last meeting."""
    end = people["key"].map(meetings.groupby("key")["day"].max())
    there = people["first"] == people["born"]
    return people.assign(
        measure="coming to meetings",
        cohort=np.where(there, "first meeting", "later"),
        days=(people["last"] - people["first"]).astype("int64"),
        ending=np.where(people["last"] > end - LAST_DAYS, "open", "stopped"),
    )


def _build_attendance_funnel(people: pd.DataFrame) -> pd.DataFrame:
    steps = {"listed": people["times"] > 0, "listed once": people["times"] == 1}
    return build_funnel(people.assign(cohort="everybody"), steps)


def _count_invited(papers: pd.DataFrame) -> pd.DataFrame:
    """Count people invited and present at meetings that record both."""
    planned = papers["list_kind"].eq("planned") & papers["attendees"].gt(0)
    by = papers.assign(invited=papers["attendees"].where(planned)).groupby(
        ["key", "day"]
    )
    both = by.agg(invited=("invited", "max"), came=("attendees_stated", "max")).dropna()
    wide = both.groupby("key").sum().astype("int64").reset_index()
    long = wide.melt("key", var_name="step", value_name="people")
    return long.assign(cohort="meetings with both")


def _build_facts(papers: pd.DataFrame) -> pd.DataFrame:
    by = papers.groupby("key")
    each = papers.drop_duplicates(["key", "day"]).sort_values("day")
    offline = papers[papers["offline_word"] == 1]
    gaps = each.groupby("key")["day"].diff().groupby(each["key"])
    measured = pd.DataFrame(
        {
            "meetings": by["day"].nunique(),
            "median_gap_days": gaps.median(),
            "longest_gap_days": gaps.max(),
            "meetings_with_offline_word": offline.groupby("key")["day"].nunique(),
            "share_naming_next_meeting": by["next_meeting_named"].mean(),
        }
    )
    return build_facts(measured.fillna({"meetings_with_offline_word": 0}).reset_index())


CORPUS = load_description("zh_minutes", count=count)
