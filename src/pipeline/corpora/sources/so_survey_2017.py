"""Stack Overflow's survey of 2017: activity and attitudes, as counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.surveys import BLANK, count_responses

FIELDED = date(2017, 1, 12), date(2017, 2, 7)
NOTHING = "Haven't done at all"
WRITING = ["StackOverflowNewQuestion", "StackOverflowAnswer"]
IMPORTANCE = read_description("so_survey_2017")["reading"]["importance"]


def count(raw: RawFolder) -> Counted:
    """Count Stack Overflow 2017 survey responses by question and having written."""
    rows = raw.rows("responses.csv.gz", dtype="str")
    rows = rows.assign(stratum="quarter " + rows["quarter_of_file"].astype(str))
    classes = _classify_respondents(rows)
    return count_responses(rows, 2017, FIELDED, classes, _list_questions(rows))


def _classify_respondents(rows: pd.DataFrame) -> Mapping[str, pd.Series[bool]]:
    """Return which respondents report having written nothing, or something."""
    all_three = [*WRITING, "StackOverflowMetaChat"]
    answered = rows[all_three].notna().all(axis=1)
    silent = rows[all_three].isin([NOTHING]).all(axis=1)
    told_two = rows[WRITING].notna().all(axis=1)
    silent_two = rows[WRITING].isin([NOTHING]).all(axis=1)
    return {
        "wrote nothing": silent,
        "wrote something": answered & ~silent,
        "neither asked nor answered": silent_two,
        "asked or answered": told_two & ~silent_two,
    }


def _list_questions(rows: pd.DataFrame) -> Mapping[str, pd.Series[str]]:
    member, found = rows["StackOverflowCommunity"], rows["StackOverflowFoundAnswer"]
    feels = member.isin(["Agree", "Strongly agree"])
    both = feels & found.notna() & found.ne(NOTHING)
    answered = member.notna() & found.notna()
    return {
        "feels a member": member.fillna(BLANK),
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
