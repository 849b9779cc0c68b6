"""Two runs of a free Chinese training camp, 2022: who took tasks and handed in.

Who opens a repository takes the task; a push more than two minutes after that counts as
handed in.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.errors import BrokenFileError
from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.courses import count_course_outcomes, mark_returns
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_registry

TASKS, ACTIVE = "assignments.csv", "active_days.csv"
KNOWN = r"lab\d-\w+(?:-[\w-]+)?|learn_rust_rustlings"
NETWORK, YEAR = "LearningOS", "2022"
CAMPS = {  # first day, and the end of the record
    "summer": (date(2022, 6, 28), date(2022, 8, 17)),
    "autumn": (date(2022, 10, 1), date(2022, 12, 23)),
}


def count(raw: RawFolder) -> Counted:
    """Build the list of the two camps, and counts of their learners by outcome."""
    tasks, active = raw.rows(TASKS), raw.rows(ACTIVE)
    unknown = ~tasks["assignment"].str.fullmatch(KNOWN).to_numpy()
    if unknown.any():
        raise BrokenFileError(
            f"line {int(unknown.argmax()) + 2} names an unknown task",
            where=TASKS,
            remedy="give the assignments of the camps of 2022",
        )
    members = _build_members(tasks, active)
    return Counted(
        _build_registry(),
        {"funnels": count_course_outcomes(members)},
        {},
        {"tasks taken": len(tasks), "days with a push": len(active)},
    )


def _build_members(tasks: pd.DataFrame, active: pd.DataFrame) -> pd.DataFrame:
    """Return a row per learner and camp: entry, last push, being in both."""
    taken = pd.DataFrame(
        {
            "person": tasks["person"],
            "day": to_days(tasks["created_day"]),
            "pushed": tasks["pushed_after_creation"].eq(1),
            "push": to_days(tasks["last_push_day"]),
        }
    )
    by = ["key", "person"]
    members = (
        taken.assign(key=_name_camps(taken["day"]))
        .groupby(by, as_index=False)
        .agg(first=("day", "min"), pushed=("pushed", "any"), push=("push", "max"))
    )
    days = active.assign(day=to_days(active["day"]))
    latest = days.assign(key=_name_camps(days["day"])).groupby(by)["day"].max()
    members = members.join(latest.rename("latest"), on=by)
    members["latest"] = members[["latest", "push"]].max(axis=1)
    starts, ends = (members["key"].map(_day_of(which)) for which in (0, 1))
    returns = mark_returns(members.assign(network=NETWORK, start=starts))
    return members.assign(
        cohort=YEAR,
        last=(members["latest"] - members["first"]).where(members["pushed"]),
        watched=ends - members["first"],
    ).join(returns)


def _name_camps(day: pd.Series[float]) -> pd.Series[str]:
    late = day >= _day_of(0)["autumn"]
    return late.map({True: "autumn", False: "summer"})


def _day_of(which: int) -> dict[str, float]:
    return {camp: to_day_us(days[which]) / DAY_US for camp, days in CAMPS.items()}


def _build_registry() -> pd.DataFrame:
    camps = pd.DataFrame({"key": list(CAMPS)})
    starts, ends = (camps["key"].map(_day_of(which)) for which in (0, 1))
    end = to_midnight(ends)
    return build_registry(
        camps,
        label="camp of " + camps["key"],
        network=NETWORK,
        kind="course",
        origin_us=to_midnight(starts),
        end_us=end,
        closed_us=end,
        closed_kind="completed",
    )
