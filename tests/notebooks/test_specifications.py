"""A claim's specification curves: what is drawn, what agrees, what is left out."""

import json

import pytest

from helpers.notebooks.specifications import curve_figure, curve_rows
from helpers.notebooks.verdicts import verdicts_on
from helpers.prose import Prose
from helpers.study import open_studies

CLAIM = "s0-three-month-death"


@pytest.fixture(scope="module")
def studies():
    """Return two studies with curves, and one without."""
    return open_studies(["fcc_gitter", "zulip_archives", "xiaobot_paid"])


@pytest.fixture(scope="module")
def verdicts(studies):
    """Evaluate once."""
    return verdicts_on(CLAIM, studies)


def test_rows_and_verdicts_count_alike(verdicts):
    """As many agree in the figure as made the verdict FRAGILE or not."""
    rows = curve_rows(verdicts)
    counted = rows[rows["counts"] & ~rows["primary"]]
    by = counted.groupby("study")["agrees"].agg(["sum", "size"])
    for verdict in verdicts:
        if verdict.agreement is not None:
            found = tuple(by.loc[verdict.study])
            assert found == (verdict.agreement.agreeing, verdict.agreement.counted)


def test_the_deciding_one_has_the_choices_that_others_vary(verdicts):
    """Each set shows what decided: last message, 60 days, from origin, all groups."""
    rows = curve_rows(verdicts)
    deciding = rows[rows["primary"]]

    assert set(deciding["death"]) == {"last message, W = 60"}
    assert set(deciding["clock"]) == {"from origin"}
    assert set(deciding["groups"]) == {"all groups"}


def test_a_picture_is_saved_with_all_of_it(verdicts, studies, tmp_path, monkeypatch):
    """Twice the same bytes; the data beside it hold every specification."""
    pictures = []
    for name in ("a", "b"):
        monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path / name))
        saved = curve_figure(verdicts, studies)
        pictures.append(saved.file("svg").read_bytes())
    facts = json.loads(saved.file("json").read_text("utf-8"))

    assert pictures[0] == pictures[1]
    assert facts["claims"] == [CLAIM]
    assert len(saved.file("csv").read_text("utf-8").splitlines()) == 1 + len(
        curve_rows(verdicts)
    )


def test_without_estimates_there_is_a_sentence(studies):
    """A claim that no corpus answers has no curve, and no error."""
    silent = verdicts_on("s0-lurk-from-fear", studies)

    assert isinstance(curve_figure(silent, studies), Prose)
