"""A learning platform: registrations, purchases and questions of students."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.registers import build_facts, build_registry, count_lives

KEY = "platform"
END = 292  # the last day, counted from the first
RECENT = 28
RENEWED_AFTER = {"Monthly": (28, 33), "Quarterly": (89, 94), "Annual": (363, 367)}
CLASSES = np.array([0, 1, 3, 8])  # active days of the last 28
NEW, ANY = "new purchase", "any purchase"
NEVER = 10_000  # a day after every other
FEWEST = 5  # students of a published cell: no licence is stated
SPANS = (28, 90, END)  # days since registration by which purchases are counted
POOLED = "any plan"


def count(raw: RawFolder) -> Counted:
    """Build tables of students: times to first and later purchases."""
    students = raw.rows("students.csv.gz")
    purchases = raw.rows("purchases.csv.gz").sort_values(["student", "day"])
    questions = raw.rows("hub_questions.csv.gz")
    activity = raw.rows("engagement.csv.gz")
    first_questions = questions.groupby("student")["day"].min()
    lives = count_lives(_build_lives(students, purchases))
    days = pd.concat(_list_days_at_risk(purchases, first_questions, activity))
    days = days.reset_index(drop=True)
    risk, left_out = _leave_out_small_cells(days)
    asked = days[days["awaited"].eq(NEW) & days["asked"].eq("asked")]
    facts = {
        "buyers": purchases["student"].nunique(),
        "buyers_who_asked": asked["student"].nunique(),
    }
    return Counted(
        build_registry(KEY, **read_description("learning365")["reading"]),
        {
            "lives": _merge_days_of_few(lives),
            "purchase_risk": risk,
            "facts": build_facts(pd.DataFrame({"key": [KEY], **facts, **left_out})),
        },
        {},
        {
            "students": len(students),
            "purchases": len(purchases),
            "questions": len(questions),
            "student-days of activity": len(activity),
        },
    )


def _build_lives(students: pd.DataFrame, purchases: pd.DataFrame) -> pd.DataFrame:
    """Return days from a student's registration to the first purchase, if any."""
    first = students["student"].map(purchases.groupby("student")["day"].min())
    bought = first.notna()
    days = first.fillna(END) - students["registered"]
    return pd.DataFrame(
        {
            "key": KEY,
            "measure": "until the first purchase",
            "cohort": "all",
            "days": days.clip(lower=0).astype("int64"),
            "ending": np.where(bought, "bought", "open"),
        }
    )


def _list_days_at_risk(
    purchases: pd.DataFrame, first_questions: pd.Series[int], activity: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    """Yield each buyer's days up to the next purchase, whether new or any."""
    active = {
        student: np.sort(days.unique())
        for student, days in activity.groupby("student")["day"]
    }
    none = np.array([], dtype="int64")
    for student, own in purchases.groupby("student"):
        days, plans = own["day"].to_numpy(), own["type"].to_numpy()
        begun = int(days[0])
        question = int(first_questions.get(student, NEVER))
        at = np.arange(begun + 1, END + 1)
        seen = active.get(student, none)
        recent = np.searchsorted(seen, at) - np.searchsorted(seen, at - RECENT)
        timing = np.select(
            [question < at, question < at + RECENT], ["asked", "soon"], "no"
        )
        classes = CLASSES[np.searchsorted(CLASSES, recent, "right") - 1]
        table = pd.DataFrame(
            {
                "plan": plans[0],
                "day": at,
                "student": student,
                "week": (at - begun - 1) // 7,
                "asked": timing,
                "active_days": classes,
            }
        )
        for awaited in (NEW, ANY):
            end = _find_next(days, plans, renewals=awaited == ANY)
            yield table[at <= end].assign(
                awaited=awaited, purchases=at[at <= end] == end
            )


def _find_next(days: np.ndarray, plans: np.ndarray, *, renewals: bool) -> int:
    """Return the day of a buyer's next purchase, counting or ignoring renewals."""
    for nth in range(1, len(days)):
        low, high = RENEWED_AFTER[plans[nth - 1]]
        gap = days[nth] - days[nth - 1]
        renewed = plans[nth] == plans[nth - 1] and low <= gap <= high
        if days[nth] > days[0] and (renewals or not renewed):
            return int(days[nth])
    return NEVER


def _merge_days_of_few(lives: pd.DataFrame) -> pd.DataFrame:
    """Date purchases of fewer than five students at the mean of neighbouring days.

    No band crosses a day by which purchases are counted.
    """
    days = lives["days"].to_numpy().copy()
    spans = pd.cut(lives["days"], (-1, *SPANS))
    for _, own in lives.groupby(["ending", spans], observed=True):
        bands = _list_bands(own["people"].tolist())
        person_days = (own["days"] * own["people"]).groupby(bands).transform("sum")
        people = own["people"].groupby(bands).transform("sum")
        days[own.index] = (person_days / people).round().astype("int64")
    by = [name for name in lives.columns if name != "people"]
    return lives.assign(days=days).groupby(by, as_index=False)[["people"]].sum()


def _list_bands(people: list[int]) -> np.ndarray:
    """Assign each count to a band of five people or more; return band numbers.

    >>> _list_bands([7, 2, 3, 1, 9, 4]).tolist()
    [0, 1, 1, 2, 2, 2]
    """
    bands, number, held = [], 0, 0
    for n in people:
        bands.append(number)
        held += n
        if held >= FEWEST:
            number, held = number + 1, 0
    last = number if not held else max(number - 1, 0)
    return np.minimum(bands, last)


def _leave_out_small_cells(days: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Sum days and purchases by plan, week and activity in cells of 5 or more students.

    Plans with fewer in a cell are pooled, then all plans of that cell; what still
    rests on fewer than five students is left out, and its days are counted.
    """
    cell = ["awaited", "week", "asked", "active_days"]
    by = [*cell, "plan"]
    days = days.assign(plan=days["plan"].mask(_has_few(days, by), POOLED))
    days = days.assign(few=_has_few(days, by))
    pooled = days.groupby(cell)["few"].transform("any")
    days = days.assign(plan=days["plan"].mask(pooled, POOLED))
    few = _has_few(days, by)
    kept = days[~few].groupby(by, as_index=False)
    sums = kept.agg(days=("day", "size"), purchases=("purchases", "sum"))
    lost = days[few & days["awaited"].eq(NEW)]
    left_out = {
        "days_left_out": len(lost),
        "purchases_left_out": int(lost["purchases"].sum()),
    }
    return sums.assign(key=KEY), left_out


def _has_few(days: pd.DataFrame, by: list[str]) -> pd.Series[bool]:
    return days.groupby(by)["student"].transform("nunique") < FEWEST
