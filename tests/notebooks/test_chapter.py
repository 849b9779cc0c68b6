"""A chapter's answers are the verdicts, in plain words; what is missing is named."""

import pandas as pd
import pytest

from helpers.claims import evaluate
from helpers.errors import NotIdentifiableError
from helpers.notebooks import (
    build_answer_box,
    build_overview_title,
    choose_answering,
    choose_study,
    list_not_answerable,
    list_theme_claims,
    require_rows,
    tabulate_answers,
    tabulate_verdict,
)
from helpers.study import open_studies

DEATH, HEADACHES = "s0-three-month-death", "s3-headache-ranking"
CONTENT, CORE = "s1-good-groups-supply-content", "s4-core-distributes"


@pytest.fixture(scope="module")
def studies():
    """Return a study that answers, and one of directories that does not."""
    return open_studies(["fcc_gitter", "xiaobot_paid"])


@pytest.fixture(scope="module")
def answers(studies):
    """Return the answers to one claim that is answered and one that can't be."""
    return tabulate_answers([DEATH, HEADACHES], studies)


def test_table_row_equals_the_verdict(answers, studies):
    """Numbers are the verdict's own; silent sources and claims have no row."""
    verdict = evaluate(DEATH, studies[0])
    (row,) = answers.to_dict("records")

    assert (row["claim"], row["study"], row["n"]) == (DEATH, "fcc_gitter", verdict.n)
    assert (row["estimate"], row["low"]) == (verdict.estimate, verdict.low)
    assert row["answer"] == "undecided"


def test_answer_box_has_both_languages_and_no_code_names(studies):
    """One sentence per claim that is answered: its bottom line."""
    box = build_answer_box([DEATH, HEADACHES], studies)

    for said in (box.markdown, box.chinese):
        assert "fcc_gitter" not in said
        assert "105" in said
        assert "%" in said
        assert HEADACHES not in said


def test_title_of_many_claims_counts_the_open_questions(studies):
    """Its subject is given by hand; unanswered claims are left out of the count."""
    subject = ("Content of groups", "群里的内容")
    one = build_overview_title(subject, [DEATH, HEADACHES], studies)
    assert one.en.startswith("Content of groups: ")
    assert one.en.endswith("1 of 1 questions are undecided")
    found = build_overview_title(subject, [CONTENT, CORE, DEATH, HEADACHES], studies)
    assert found.en.endswith("all 3 questions are undecided")
    assert found.zh == "群里的内容：各来源合起来看，3 个问题都还说不准"


def test_unanswered_claim_names_the_missing_data(studies):
    """One row a claim without an answer."""
    frame = list_not_answerable([DEATH, HEADACHES], studies).frame

    (lacks,) = frame["lacks"]
    assert min(map(len, lacks)) > 5


def test_example_falls_back_to_the_readers_own_study(studies):
    """It stands where ours would; what has not the tables is refused by name."""
    assert choose_study(studies, "raku_irc", having=["silences"]).name == "fcc_gitter"
    with pytest.raises(NotIdentifiableError, match="no source at hand lists a stay"):
        choose_study(studies, "rust_teams", having=["spells"])
    for mistaken in ("fcc_giter", "xiaobot_paid"):
        with pytest.raises(NotIdentifiableError, match="these do: fcc_gitter"):
            choose_study(studies, mistaken, having=["silences"])


def test_a_worked_claim_has_a_study_that_estimates_it(studies):
    """One that has no estimate is refused by name, not by an empty verdict."""
    study, verdict = choose_answering(DEATH, studies, "fcc_gitter")
    assert (study.name, verdict.word) == ("fcc_gitter", evaluate(DEATH, study).word)
    [row] = tabulate_verdict(verdict, 0.25).frame.to_dict("records")
    assert row["counted here"] == 0.25
    assert (row["answer"].en, row["answer"].zh) == ("undecided", "说不准")
    with pytest.raises(NotIdentifiableError, match="no source at hand has an estimate"):
        choose_answering(HEADACHES, studies, "fcc_gitter")


def test_biased_source_is_undecided_in_charts_as_on_pages(studies):
    """Its interval says supported, towards its own bias."""
    rows = tabulate_answers(["s0-200-of-343-shells"], studies).set_index("study")
    assert rows.loc["fcc_gitter", "answer"] == "undecided"


def test_comparison_with_one_kind_of_rows_is_refused():
    """Rows of one kind are none to compare, rows of two are kept."""
    rows = pd.DataFrame({"kind": ["a", "a", "b"]})
    assert require_rows(rows, "kinds", apart="kind").equals(rows)
    with pytest.raises(NotIdentifiableError, match="there are no kinds"):
        require_rows(rows[:2], "kinds", apart="kind")


def test_theme_lists_all_of_its_claims():
    """In the register's order, those that nothing decides included."""
    assert {DEATH, HEADACHES} < set(list_theme_claims("lifetime", "failure"))
