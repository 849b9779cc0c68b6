"""Outcomes of members of courses and camps, by group and cohort."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.group_lives.lurking import COURSE, DUTY

EARLY_DAYS, THREE_WEEKS = 7, 21


def count_steps(people: pd.DataFrame, steps: Mapping[str, Any]) -> pd.DataFrame:
    """Count people by group, cohort and step taken, such as joining or writing."""
    by = ["key", "cohort"]
    sums = people[by].assign(**steps).groupby(by, as_index=False)[list(steps)].sum()
    long = sums.melt(by, var_name="step", value_name="people")
    return long.astype({"people": "int64"})


def count_course_outcomes(members: pd.DataFrame) -> pd.DataFrame:
    """Count members of courses by handing in, staying on and entering another one.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"key": "g", "cohort": "2022", "last": [None, 3, 20]})
    >>> rows = rows.assign(watched=30, before=True, again=False)
    >>> count_course_outcomes(rows).set_index("step")["people"].to_dict()[
    ...     "handed in nothing"
    ... ]
    1
    """
    watched = members["watched"] >= THREE_WEEKS
    steps = {
        COURSE["entered"]: members["key"].notna(),
        COURSE["never"]: members["last"].isna(),
        COURSE["watched"]: watched,
        COURSE["gone"]: watched & ~(members["last"] > EARLY_DAYS),
        COURSE["before"]: members["before"],
        COURSE["again"]: members["before"] & members["again"],
    }
    return count_steps(members, steps)


def mark_returns(members: pd.DataFrame) -> pd.DataFrame:
    """Mark each person's first course, and whether they entered a later one."""
    of = [members["network"], members["person"]]
    first, last = (
        members["start"].groupby(of).transform(how) for how in ("min", "max")
    )
    newest = members["start"].groupby(members["network"]).transform("max")
    before = members["start"].eq(first) & (first < newest)
    return pd.DataFrame({"before": before, "again": before & (last > first)})


def count_duty_outcomes(memberships: pd.DataFrame) -> pd.DataFrame:
    """Count members who wrote or were silent, and stayed or left, by group and cohort.

    `memberships`: ``key, cohort, gone, took_part``: whether somebody left in the time
    that is looked at, and took part in it; one row a membership.

    >>> import pandas as pd
    >>> rows = [("g", "2020", True, False), ("g", "2020", False, True)]
    >>> names = ["key", "cohort", "gone", "took_part"]
    >>> count_duty_outcomes(pd.DataFrame(rows, columns=names))["people"].tolist()
    [2, 0, 1, 0]
    """
    gone, silent = memberships["gone"], ~memberships["took_part"]
    steps = {
        DUTY["joined"]: gone | ~gone,
        DUTY["silent"]: silent & ~gone,
        DUTY["gone_silent"]: silent & gone,
        DUTY["gone"]: ~silent & gone,
    }
    return count_steps(memberships, steps)
