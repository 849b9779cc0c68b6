"""Who wrote nothing in three months, and who feels a member, as counts."""

from __future__ import annotations

from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole

NOT = "Haven't done at all"


def _people(table, who, question):
    own = table[table["respondents"].eq(who) & table["question"].eq(question)]
    return own.groupby("answer")["people"].sum().to_dict()


@needs_raw
def test_silent_respondents_are_recomputed_by_a_loop():
    """Independent recomputation: silent respondents and the members among them."""
    rows = read_whole("so_survey_2017", "responses.csv.gz").to_dict("records")
    did = ("NewQuestion", "Answer", "MetaChat")
    silent = [
        row for row in rows if all(row[f"StackOverflow{one}"] == NOT for one in did)
    ]
    told = [row["StackOverflowCommunity"] for row in silent]
    table = open_study("so_survey_2017").table("survey_answers")
    counts = _people(table, "wrote nothing", "feels a member")
    assert sum(counts.values()) == len(silent)
    assert counts["Agree"] == told.count("Agree")
    assert counts["Strongly agree"] == told.count("Strongly agree")
