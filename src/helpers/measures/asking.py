"""Questions in a group's first weeks, who replied, and who opened topics."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from helpers.measures.cleaning import ORDER
from helpers.measures.engine import Frame, add_row_number
from helpers.measures.replies import ADJACENT_US
from helpers.records import DAY_US

ORDERED = ["group", "thread", *ORDER]


def count_questions(messages: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Count questions, people asking and people responding, by group.

    A question in a topic is answered by the next message there that is by somebody
    else; one without a topic by such a message within ten minutes, or by naming or
    quoting the asker within a day.

    Parameters
    ----------
    messages
        ``group, topic, member, time_us, file, position, age_us, has_question`` of
        known people in the first weeks.
    named
        ``group, age_us, member, receiver``: explicit replies of these weeks.

    Examples
    --------
    >>> rows = pd.DataFrame({"member": [0, 0, 1], "has_question": [True, False, False]})
    >>> rows = rows.assign(group=3, topic="t", time_us=[0, 5, 9], file="", position=0)
    >>> none = pd.DataFrame(columns=["group", "age_us", "member", "receiver"])
    >>> count_questions(rows.assign(age_us=rows["time_us"]), none).values.tolist()
    [[3, 1, 1, 1]]
    """
    questions = _add_next_author(messages)
    questions = questions[questions["has_question"].eq(True)]  # noqa: FBT003 - null is no question
    soon = questions["topic"].notna() | (questions["wait"] <= ADJACENT_US)
    beside = questions.loc[soon & questions["next"].notna(), ["group", "next"]]
    who = [
        beside.rename(columns={"next": "member"}),
        _find_named_authors(questions, named),
    ]
    each = pd.concat(who).astype("int64").groupby("group")["member"].nunique()
    by = questions.groupby("group")
    table = pd.DataFrame({"questions": by.size(), "askers": by["member"].nunique()})
    answerers = each.reindex(table.index, fill_value=0)
    return table.assign(answerers=answerers).reset_index()


def _add_next_author(messages: pd.DataFrame) -> pd.DataFrame:
    """Add who wrote next in a message's topic, other than its author, and when."""
    rows = messages.assign(thread=messages["topic"].astype("object").fillna(""))
    rows = rows.sort_values(ORDERED, kind="stable").reset_index(drop=True)
    thread = [rows["group"], rows["thread"]]
    after = rows.groupby(thread)[["member", "time_us"]].shift(-1)
    other = after["member"].ne(rows["member"]) & after["member"].notna()
    next_other = after.where(other).groupby(thread).bfill()
    wait = next_other["time_us"] - rows["time_us"]
    return rows.assign(next=next_other["member"], wait=wait)


def _find_named_authors(questions: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """List who mentioned or quoted the author of a question within a day."""
    free = questions.loc[questions["topic"].isna(), ["group", "member", "age_us"]]
    free = free.rename(columns={"member": "receiver"}).astype("int64")
    edges = named[["group", "age_us", "member", "receiver"]].astype("int64")
    matches = pd.merge_asof(
        edges.sort_values("age_us"),
        free.assign(asked=1).sort_values("age_us"),
        on="age_us", by=["group", "receiver"],
        allow_exact_matches=False, tolerance=DAY_US,
    )  # fmt: skip
    return matches.loc[matches["asked"].notna(), ["group", "member"]]


def count_opened_topics(
    messages: Frame, staff: Frame, first_day: int, last_day: int
) -> Frame:
    """Count topics opened in a window of a group's age, and those not by staff.

    Parameters
    ----------
    messages
        Those that count.
    staff
        ``group, host``.
    """
    topic_messages = messages.filter(
        ~nw.col("topic").is_null(), ~nw.col("member").is_null(),
        nw.col("age_day") <= last_day,
    )  # fmt: skip
    keys = ["group", "topic"]
    topics = topic_messages.group_by(*keys).agg(
        age_us=nw.col("age_us").min(), people=nw.col("member").n_unique()
    )
    begun = topics.filter(nw.col("age_us") >= first_day * DAY_US)
    first = topic_messages.select(*keys, "age_us", "member", "position")
    first = first.join(begun, on=[*keys, "age_us"], how="inner")
    opener = add_row_number(first, *keys, order=("position", "member"))
    hosted_openers = opener.filter(nw.col("nth") == 1).join(
        staff, on="group", how="inner"
    )
    other = (nw.col("member") != nw.col("host")).cast(nw.Int64)
    several = (nw.col("people") > 1).cast(nw.Int64)
    return hosted_openers.group_by("group").agg(
        topics=nw.len().cast(nw.Int64), by_others=other.sum(),
        shared=several.sum(), shared_by_others=(other * several).sum(),
    )  # fmt: skip
