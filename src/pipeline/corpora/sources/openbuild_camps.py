"""Three free Chinese online camps: members by registration, tasks and last day."""

import pandas as pd

from helpers.errors import BrokenFileError
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.courses import count_course_outcomes
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_registry

FIRST, ACTIVE = "first_days.csv", "active_days.csv"
JOIN, KNOWN = "join", r"join|task\d+"


def count(raw: RawFolder) -> Counted:
    """Build the list of camps, and counts of their members by outcome."""
    first, active = raw.rows(FIRST), raw.rows(ACTIVE)
    unknown = ~first["what"].str.fullmatch(KNOWN).to_numpy()
    if unknown.any():
        raise BrokenFileError(
            f"line {int(unknown.argmax()) + 2} names an unknown task",
            where=FIRST,
            remedy="write join, or task and its number",
        )
    days = active.assign(key=active["camp"], day=to_days(active["day"]))
    members = _build_members(first.rename(columns={"camp": "key"}), days)
    return Counted(
        _build_registry(days),
        {"funnels": count_course_outcomes(members)},
        {},
        {"first days": len(first), "active days": len(active)},
    )


def _build_members(first: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return a row per member: entry, last activity, whether a task was handed in."""
    by = ["key", "member"]
    entered = first.assign(day=to_days(first["first_day"])).groupby(by)["day"].min()
    handed = first["what"].ne(JOIN).groupby([first[name] for name in by]).any()
    latest = days.groupby(by)["day"].max()
    members = pd.DataFrame({"entered": entered, "handed": handed, "latest": latest})
    members = members.reset_index()
    ends = members["key"].map(days.groupby("key")["day"].max()) + 1
    last = (members["latest"] - members["entered"]).where(members["handed"])
    return members.assign(
        cohort=members["key"].str[-4:],
        last=last,
        watched=ends - members["entered"],
        before=False,  # people of one camp are not known in another
        again=False,
    )


def _build_registry(days: pd.DataFrame) -> pd.DataFrame:
    spans = days.groupby("key")["day"].agg(["min", "max"]).reset_index()
    end = to_midnight(spans["max"] + 1)
    return build_registry(
        spans[["key"]],
        network="OpenBuild",
        kind="course",
        origin_us=to_midnight(spans["min"]),
        end_us=end,
        closed_us=end,
        closed_kind="completed",
        last_us=to_midnight(spans["max"]),
    )
