"""Reasons and wishes classified by their wording, counted by country."""

from __future__ import annotations

from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole


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
