"""Published percentages of two surveys, in the project's words, none of them lost."""

from __future__ import annotations

import csv

from helpers.corpora.sources import cn_oss_survey
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw

HEAD = "year,question,group,answer,percent\n"


def _table(counted, *rows):
    text = HEAD + "".join(f"{row}\n" for row in rows)
    made = counted(cn_oss_survey, aggregates__csv=text)
    return made.tables["survey_percents"]


def test_an_answer_that_is_a_number_stays_as_printed(counted):
    """One to five are labels; as floats they would read 1.0."""
    table = _table(counted, "2023,part_of_community,使用者,1,6.2")
    assert table["answer"].tolist() == ["1"]
    assert table["respondents"].tolist() == ["uses"]
    assert table["stratum"].tolist() == ["2023"]


def test_domestic_messengers_have_one_label_in_every_year(counted):
    """The source names four; WeChat cannot be told apart."""
    name = '"domestic IM (钉钉/微信/QQ/飞书)"'
    rows = [f"{year},channel (multi-select),all,{name},60.0" for year in (2023, 2024)]
    assert _table(counted, *rows)["answer"].unique().tolist() == ["domestic messengers"]


@needs_raw
def test_every_raw_percentage_is_in_the_table():
    """Round trip: each raw row has one row of the table, and no word is missing."""
    path = SHARED / "cn_oss_survey" / "aggregates.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = open_study("cn_oss_survey").table("survey_percents")
    assert not table.isna().any().any()
    roles = {english: own for own, english in cn_oss_survey.ROLES.items()}
    questions = {english: own for own, english in cn_oss_survey.QUESTIONS.items()}
    answers = {english: own for own, english in cn_oss_survey.ANSWERS.items()}
    told = sorted(
        (
            row.stratum,
            questions[row.question],
            roles[row.respondents],
            answers.get(row.answer, row.answer),
            float(row.percent),
        )
        for row in table.itertuples()
    )
    assert told == sorted(
        (
            row["year"],
            row["question"],
            row["group"],
            row["answer"],
            float(row["percent"]),
        )
        for row in rows
    )
