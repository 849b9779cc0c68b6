"""Who wrote nothing in three months, and who feels a member, as counts."""

from __future__ import annotations

from helpers.study import open_study
from pipeline.corpora.sources import so_survey_2017
from tests.raw_corpora import needs_raw, read_whole

HEAD = "quarter_of_file,StackOverflowNewQuestion,StackOverflowAnswer,\
StackOverflowMetaChat,StackOverflowFoundAnswer,StackOverflowCommunity,\
AssessJobCompensation,AssessJobProfDevel\n"
NOT = "Haven't done at all"


def _table(counted, *rows):
    text = HEAD + "".join(f"{row}\n" for row in rows)
    made = counted(so_survey_2017, responses__csv__gz=text)
    return made.tables["survey_answers"]


def _people(table, who, question):
    own = table[table["respondents"].eq(who) & table["question"].eq(question)]
    return own.groupby("answer")["people"].sum().to_dict()


def test_blank_answer_does_not_count_as_silent(counted):
    """Who skipped one of the three questions is neither silent nor a writer."""
    table = _table(
        counted,
        f"1,{NOT},{NOT},{NOT},Several times,Agree,,",
        f"1,{NOT},{NOT},,Several times,Agree,,",
        f"1,{NOT},{NOT},Once or twice,Several times,,,",
    )
    assert _people(table, "wrote nothing", "feels a member") == {"Agree": 1}
    assert _people(table, "wrote something", "feels a member") == {"blank": 1}
    assert _people(table, "neither asked nor answered", "feels a member") == {
        "Agree": 2,
        "blank": 1,
    }


def test_importance_is_compared_by_rank_not_by_name(counted):
    """Very important is above important; equal answers are ties."""
    table = _table(
        counted,
        "1,,,,,,Important,Very important",
        "1,,,,,,Very important,Very important",
        "1,,,,,,Somewhat important,Not very important",
        "1,,,,,,,Important",
    )
    assert _people(table, "all", "development against compensation") == {
        "growth": 1,
        "equal": 1,
        "pay": 1,
        "blank": 1,
    }


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
