"""Stack Overflow's survey of 2016: reasons for using the site, as counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.surveys import BLANK, count_responses

FIELDED = date(2016, 1, 1), date(2016, 2, 1)
READING = read_description("so_survey_2016")["reading"]
JOBS, TAKING = READING["jobs"], frozenset(READING["taking"])
NO_REASON = "I don't really use Stack Overflow. I just take surveys."
NO_ACCOUNT, LOWEST, UNSURE = "I don't have an account", "1", "I'm not sure"
GROWTH, MORE_GROWTH = READING["growth"], READING["more_growth"]
PAY, MORE_PAY = READING["pay"], READING["more_pay"]


def count(raw: RawFolder) -> Counted:
    """Count Stack Overflow 2016 survey responses by question, country and account."""
    rows = raw.rows("responses.csv.gz", dtype="str")
    rows = rows.assign(stratum=rows["country"])
    questions = {**_list_reasons(rows), **_list_job_values(rows)}
    reputation = rows["rep_range"]
    account = reputation.notna() & reputation.ne(NO_ACCOUNT)
    earned = account & ~reputation.isin([LOWEST, UNSURE])
    classes = {"with an account": account, "reputation of 2 or more": earned}
    return count_responses(rows, 2016, FIELDED, classes, questions)


def _split(answers: pd.Series[str]) -> pd.Series[Any]:
    """Split each respondent's multiple choices into a set of options."""
    return answers.fillna("").map(lambda text: frozenset(text.split("; ")) - {""})


def _list_reasons(rows: pd.DataFrame) -> Mapping[str, pd.Series[str]]:
    ticked = _split(rows["why_stack_overflow"]).map(
        lambda reasons: frozenset[str]() if NO_REASON in reasons else reasons
    )
    return {
        "takes only": _class_of(ticked, TAKING),
        "takes only, jobs not counted as taking": _class_of(ticked, TAKING - {JOBS}),
    }


def _class_of(ticked: pd.Series[Any], taking: Collection[str]) -> pd.Series[str]:
    only = ticked.map(lambda reasons: reasons <= frozenset(taking))
    empty = ticked.map(len).eq(0)
    return pd.Series(np.select([empty, only], [BLANK, "yes"], "no"), ticked.index)


def _list_job_values(rows: pd.DataFrame) -> Mapping[str, pd.Series[str]]:
    ticked = _split(rows["new_job_value"])

    def compare(growth: Collection[str], pay: Collection[str]) -> pd.Series[str]:
        first, second = (
            ticked.map(lambda ones, of=of: not ones.isdisjoint(of))
            for of in (growth, pay)
        )
        chosen = [ticked.map(len).eq(0), first & ~second, second & ~first]
        return pd.Series(
            np.select(chosen, [BLANK, "growth", "pay"], "equal"), ticked.index
        )

    return {
        "technology against salary": compare(GROWTH, PAY),
        "technology, advancement or innovation against salary": compare(
            MORE_GROWTH, PAY
        ),
        "technology against salary or equity": compare(GROWTH, MORE_PAY),
    }
