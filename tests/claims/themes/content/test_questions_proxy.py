"""Groups of askers and answerers, told by question marks: planted true and false."""

import numpy as np
import pandas as pd
import pytest

from helpers.validation.coverage.subjects import SUBJECTS
from helpers.validation.worlds.claims.subject import verdict

CLAIM = "s4-teachers-and-learners"
taught = SUBJECTS[CLAIM].way.world


def _counted(hazard, *, questions=20):
    """Turn what people coded into counts of question marks and who wrote them."""
    study = taught(hazard, 800, np.random.default_rng(3))
    coded = study.tables.pop("codings").drop_duplicates(["group", "fact"])
    wide = coded.pivot_table(index="group", columns="fact", values="value")
    counts = wide[["askers", "answerers"]].astype(int).reset_index()
    return study.with_tables(questions=counts.assign(questions=questions))


@pytest.mark.parametrize(
    ("hazard", "word"), [(0.5, "SUPPORTED"), (1.3, "CONTRADICTED")]
)
def test_askers_and_answerers(hazard, word):
    """Groups where five ask and two answer die at a hazard planted."""
    found = verdict(CLAIM, _counted(hazard))
    assert found.word == word
    assert found.low < hazard < found.high
    assert "proxy" in found.qualifiers


def test_no_difference_may_be_one_that_question_marks_hide():
    """What is drawn to none is not ruled out by it."""
    found = verdict(CLAIM, _counted(0.9))
    assert found.word == "INCONCLUSIVE"


def test_groups_with_few_questions_are_in_no_arm():
    """Nineteen questions say too little of who answers."""
    found = verdict(CLAIM, _counted(0.5, questions=19))
    assert found.word == "UNTESTABLE"
    assert isinstance(found.reason, str)
    assert "0 exposed" in found.reason or "no group" in found.reason


def test_labels_come_first():
    """Where people told who asks, question marks are not asked."""
    study = taught(0.5, 800, np.random.default_rng(3))
    study.with_tables(questions=pd.DataFrame(columns=["group", "questions"]))
    assert "proxy" not in verdict(CLAIM, study).qualifiers
