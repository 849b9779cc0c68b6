"""Reasons and wishes classified by their wording, counted by country."""

from __future__ import annotations

from helpers.study import open_study
from pipeline.corpora.sources import so_survey_2016
from tests.raw_corpora import needs_raw, read_whole

HEAD = "country,rep_range,why_stack_overflow,new_job_value\n"
HELP = "To get help for my job"


def _answers(counted, question, *rows, who="with an account"):
    text = HEAD + "".join(f"{row}\n" for row in rows)
    table = counted(so_survey_2016, responses__csv__gz=text).tables["survey_answers"]
    own = table[table["question"].eq(question) & table["respondents"].eq(who)]
    return own.groupby("answer")["people"].sum().to_dict()


def test_respondent_with_a_social_reason_is_not_a_pure_taker(counted):
    """Help for the job and help given: no taker."""
    found = _answers(
        counted,
        "takes only",
        f"X,1,{HELP},",
        f"X,1,{HELP}; To give help to others,",
        f"X,2 - 100,{HELP}; To discover new job opportunities,",
    )
    assert found == {"yes": 2, "no": 1}


def test_respondent_without_a_reason_counts_as_blank(counted):
    """As little as who ticked nothing, or who has no account."""
    found = _answers(
        counted,
        "takes only",
        f"X,1,{so_survey_2016.NO_REASON},",
        "X,1,,",
        f"X,{so_survey_2016.NO_ACCOUNT},{HELP},",
    )
    assert found == {"blank": 2}


def test_both_or_neither_of_growth_and_pay_is_a_tie(counted):
    """Only who ticks one of the two says which comes first."""
    found = _answers(
        counted,
        "technology against salary",
        "X,1,,Salary; Tech stack",
        "X,1,,Job title",
        "X,1,,Tech stack",
        "X,1,,Salary; Equity",
        who="all",
    )
    assert found == {"equal": 2, "growth": 1, "pay": 1}


@needs_raw
def test_takers_are_recomputed_by_a_loop_over_respondents():
    """Independent recomputation from the raw rows: takers with an account."""
    rows = read_whole("so_survey_2016", "responses.csv.gz", keep_default_na=False)
    takers = givers = 0
    for reputation, text in zip(
        rows["rep_range"], rows["why_stack_overflow"], strict=True
    ):
        if reputation in {"", "NA", "I don't have an account"} or text in {"", "NA"}:
            continue
        reasons = text.split("; ")
        if any("just take surveys" in reason for reason in reasons):
            continue
        social = ("give help", "communicate", "love to learn", "presence", "good at")
        gives = any(word in reason for reason in reasons for word in social)
        givers, takers = givers + gives, takers + (not gives)
    table = open_study("so_survey_2016").table("survey_answers")
    own = table[
        table["question"].eq("takes only") & table["respondents"].eq("with an account")
    ]
    counts = own.groupby("answer")["people"].sum()
    assert (counts["yes"], counts["no"]) == (takers, givers)
