"""Stack Overflow's survey of 2017: activity and attitudes, as counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.surveys import (
    build_survey_registry,
    count_answers,
    fill_blanks,
)

RESPONSES = "responses.csv.gz"
FIELDED = date(2017, 1, 12), date(2017, 2, 7)
NOTHING = "Haven't done at all"
WRITING = ["StackOverflowNewQuestion", "StackOverflowAnswer"]
TALKING = "StackOverflowMetaChat"
IMPORTANCE = [
    "Not at all important",
    "Not very important",
    "Somewhat important",
    "Important",
    "Very important",
]


def count(raw: RawFolder) -> Counted:
    """Count Stack Overflow 2017 survey responses by question and having written."""
    rows = raw.rows(RESPONSES, dtype="str")
    rows = rows.assign(stratum="quarter " + rows["quarter_of_file"].astype(str))
    tables = [
        count_answers(rows, who, mask, _list_questions(rows))
        for who, mask in _classify_respondents(rows).items()
    ]
    return Counted(
        build_survey_registry("2017", *FIELDED),
        {"survey_answers": pd.concat(tables)},
        {},
        {"respondents": len(rows)},
    )


def _classify_respondents(rows: pd.DataFrame) -> Mapping[str, pd.Series[bool]]:
    """Return which respondents report having written nothing, or something."""
    all_three = [*WRITING, TALKING]
    answered = rows[all_three].notna().all(axis=1)
    silent = rows[all_three].isin([NOTHING]).all(axis=1)
    told_two = rows[WRITING].notna().all(axis=1)
    silent_two = rows[WRITING].isin([NOTHING]).all(axis=1)
    return {
        "wrote nothing": silent,
        "wrote something": answered & ~silent,
        "neither asked nor answered": silent_two,
        "asked or answered": told_two & ~silent_two,
        "all": pd.Series(True, rows.index),  # noqa: FBT003 - a column, no flag
    }


def _list_questions(rows: pd.DataFrame) -> Mapping[str, pd.Series[str]]:
    member, found_answer = (
        rows["StackOverflowCommunity"],
        rows["StackOverflowFoundAnswer"],
    )
    feels = member.isin(["Agree", "Strongly agree"])
    both = feels & found_answer.notna() & found_answer.ne(NOTHING)
    answered = member.notna() & found_answer.notna()
    return {
        "feels a member": fill_blanks(member),
        "feels a member and found an answer": pd.Series(
            np.select([~answered, both], ["blank", "yes"], "no"), rows.index
        ),
        "development against compensation": _compare_importance(rows),
    }


def _compare_importance(rows: pd.DataFrame) -> pd.Series[str]:
    """Return which of two job aspects each respondent rates higher."""
    rank = {word: n for n, word in enumerate(IMPORTANCE)}
    growth = rows["AssessJobProfDevel"].map(rank)
    pay = rows["AssessJobCompensation"].map(rank)
    answered = growth.notna() & pay.notna()
    words = ["blank", "growth", "pay"]
    return pd.Series(
        np.select([~answered, growth > pay, growth < pay], words, "equal"), rows.index
    )
