"""Count survey responses by stratum, class of respondents and question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from helpers.corpora.shared.registers import build_registry

BLANK, SITE = "blank", "stackoverflow"


def build_survey_registry(name: str, started: date, ended: date) -> pd.DataFrame:
    """Return the surveyed site as one group, observed while the survey ran.

    Each survey is a network of its own, so that two instruments stay two rows.
    """
    return build_registry(
        SITE,
        label="Stack Overflow",
        network=f"{SITE} {name}",
        kind="site",
        origin_us=started,
        end_us=ended,
    )


def fill_blanks(answers: pd.Series[str]) -> pd.Series[str]:
    """Replace missing survey responses by ``blank``.

    >>> fill_blanks(pd.Series(["Agree", None], dtype="str")).tolist()
    ['Agree', 'blank']
    """
    return answers.fillna(BLANK)


def count_answers(
    rows: pd.DataFrame,
    respondents: str,
    included: pd.Series[bool],
    questions: Mapping[str, pd.Series[str]],
    key: str = SITE,
) -> pd.DataFrame:
    """Count survey respondents of one class by question, answer and stratum.

    Parameters
    ----------
    rows
        One row per respondent, with its ``stratum``.
    respondents
        What the class is called.
    included
        Whether each respondent is in it.
    questions
        An answer per respondent, by question.
    """
    tables = []
    for question, answers in questions.items():
        answered = pd.DataFrame({"stratum": rows["stratum"], "answer": answers})[
            included
        ]
        sizes = answered.groupby(["stratum", "answer"], as_index=False).size()
        tables.append(
            sizes.rename(columns={"size": "people"}).assign(
                key=key, respondents=respondents, question=question
            )
        )
    return pd.concat(tables, ignore_index=True)


def add_up_ranks(ranks: pd.DataFrame, key: pd.Series[str], least: int) -> pd.DataFrame:
    """Sum respondents' preference ranks of values, centred at 0, by community.

    Parameters
    ----------
    ranks
        One row per respondent with a complete response, one column per value.
    key
        The community of each respondent.
    least
        Communities with fewer respondents are left out.
    """
    centred = ranks.sub(ranks.mean(axis=1), axis=0).assign(key=key)
    long = centred.melt("key", var_name="value", value_name="rank")
    sums = (
        long.assign(squares=long["rank"] ** 2)
        .groupby(["key", "value"], as_index=False)
        .agg(people=("rank", "size"), total=("rank", "sum"), squares=("squares", "sum"))
    )
    return sums[sums["people"] >= least].reset_index(drop=True)
