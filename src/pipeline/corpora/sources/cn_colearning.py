"""Chinese fixed-term study groups (残酷共学), 2024–2026: daily marks, eliminations.

A group ends when its course does, so groups do not die here: members do. Whoever
misses more days than the rule allows is marked out; others stop handing in.
"""

import pandas as pd

from helpers.records import DAY_US, HOUR_US
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.courses import (
    count_course_outcomes,
    count_duty_outcomes,
    mark_returns,
)
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_facts, build_registry

COHORTS, MARKS, NOTES = "cohorts.csv", "checkins.csv.gz", "note_commits.csv.gz"
DONE, OUT = "1", "X"
HALF = 0.5
SLOTS = ["key", "weekday", "hour"]
HOME, HOME_US = "+08:00", 8 * HOUR_US


def count(raw: RawFolder) -> Counted:
    """Build tables of fixed-term study groups: who took part, and at what hours."""
    cohorts = _list_cohorts(raw.rows(COHORTS))
    about = cohorts.set_index("cohort")[["key", "network", "first", "last"]]
    marks = raw.rows(MARKS).join(about, on="cohort")
    marks["day"] = marks["first"] + marks["day_index"] - 1
    notes = mark_placed_notes(raw.rows(NOTES), cohorts)
    own = notes[notes["own_clock"]]
    inside = own[own["inside"]]
    members = _build_members(marks)
    # the course stands for twelve weeks: none lasts so long
    duty = members.assign(gone=members["out"].notna(), took_part=members["times"] > 0)
    return Counted(
        _build_registry(cohorts, marks),
        {
            "funnels": pd.concat(
                [count_duty_outcomes(duty), _count_course_outcomes(members)],
                ignore_index=True,
            ),
            "rhythm": inside.groupby(SLOTS, as_index=False)
            .size()
            .rename(columns={"size": "items"}),
            "facts": build_facts(notes.drop_duplicates("key")[["key", "own_clock"]]),
        },
        {
            "a note handed in by a platform's clock": len(notes) - len(own),
            "a note outside its course": len(own) - len(inside),
        },
        {"groups": len(cohorts), "marks": len(marks), "notes": len(inside)},
    )


def _list_cohorts(table: pd.DataFrame) -> pd.DataFrame:
    """Return study groups with anonymous keys from operator and first day."""
    network = table["cohort"].str.split("/").str[0]
    return table.assign(
        network=network,
        key=network + "/" + table["start"],
        first=to_days(table["start"]).astype("int64"),
        last=to_days(table["end"]).astype("int64"),
    )


def _build_members(marks: pd.DataFrame) -> pd.DataFrame:
    """Build study-group memberships from daily check-in marks, with expulsion days."""
    by = ["key", "member"]
    about = [*by, "network", "first", "last"]
    alone = marks[about].drop_duplicates(by).set_index(by)
    done = marks[marks["mark"] == DONE].groupby(by)["day_index"].agg(["size", "max"])
    out = marks[marks["mark"] == OUT].groupby(by)["day_index"].min()
    members = alone.assign(times=done["size"], latest=done["max"] - 1, out=out)
    year = pd.to_datetime(members["first"], unit="D").dt.year.astype("str")
    return members.assign(cohort=year).reset_index().fillna({"times": 0})


def _count_course_outcomes(members: pd.DataFrame) -> pd.DataFrame:
    """Count study-group members by handing in, from the first day of each course."""
    returns = mark_returns(
        members.rename(columns={"member": "person", "first": "start"})
    )
    watched = members["last"] - members["first"] + 1
    return count_course_outcomes(
        members.assign(last=members["latest"], watched=watched).join(returns)
    )


def _build_registry(cohorts: pd.DataFrame, marks: pd.DataFrame) -> pd.DataFrame:
    first, end = to_midnight(cohorts["first"]), to_midnight(cohorts["last"] + 1)
    last = marks[marks["mark"] == DONE].groupby("key")["day"].max()
    return build_registry(
        cohorts,
        kind="course",
        origin_us=first,
        end_us=end,
        closed_us=end,
        closed_kind="completed",
        last_us=to_midnight(cohorts["key"].map(last)),
    )


def mark_placed_notes(notes: pd.DataFrame, cohorts: pd.DataFrame) -> pd.DataFrame:
    """Add the local time of study notes, and whether it is within the course dates.

    In a group most of whose notes have another country's offset a platform hands in
    for its members; the hour of day is the platform's then.
    """
    courses = cohorts.set_index("cohort")[["key", "first", "last"]]
    table = notes.join(courses, on="cohort")
    home = table["time"].str.endswith(HOME)
    at = pd.to_datetime(table["time"], utc=True, format="ISO8601")
    local = (at - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(microseconds=1) + HOME_US
    day = local // DAY_US
    return table.assign(
        own_clock=home.groupby(table["key"]).transform("mean") > HALF,
        inside=day.between(table["first"], table["last"]),
        weekday=(day + 3) % 7,  # 1970-01-01 was a Thursday
        hour=local % DAY_US // HOUR_US,
    )
