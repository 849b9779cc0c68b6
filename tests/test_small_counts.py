"""Whatever is shown of a user's study hides counts of fewer than five people."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.claims.finding import Beside
from helpers.claims.gates import Gate
from helpers.claims.rules import Word
from helpers.claims.verdict import Verdict
from helpers.errors import NotIdentifiableError
from helpers.figures import save
from helpers.inference import clopper_pearson
from helpers.notebooks import Table
from helpers.paths import PROCESSED
from helpers.prose import say
from helpers.small_counts import least, notice, showing, told, withheld


@pytest.fixture
def five():
    """Show nobody among fewer than five."""
    with showing(5):
        yield


@pytest.fixture
def frame():
    """Return a table that counts people, groups and messages."""
    return pd.DataFrame({"lurkers": [3, 7], "groups": [3, 4], "messages": [2, 1]})


def test_nothing_is_hidden_of_public_studies(frame):
    """They count what is public."""
    assert least() == 1
    assert "<td" in Table(frame, "T")._repr_html_()
    assert "&lt;" not in Table(frame, "T")._repr_html_()
    assert notice() == ""


@pytest.mark.usefixtures("five")
def test_a_table_hides_small_counts_of_people_only(frame):
    """Counts of groups and messages stay."""
    shown = Table(frame, "T", notes=("2 lurkers in 2 groups",))
    assert shown.written["lurkers"].tolist() == ["<5", "7"]
    assert shown.written["groups"].tolist() == ["3", "4"]
    assert shown.written["messages"].tolist() == ["2", "1"]
    assert "&lt;5 lurkers in 2 groups" in shown._repr_html_()


@pytest.mark.usefixtures("five")
def test_a_sentence_hides_them_and_their_marked_value():
    """The list of numbers reads values from the marks."""
    said = say("x", "{a:count} lurkers, {b:count} groups", a=3, b=3).markdown
    assert '"x.a" data-value="nan">&lt;5<' in said
    assert '"x.b" data-value="3.0">3<' in said


@pytest.mark.usefixtures("five")
def test_a_figure_of_small_counts_is_not_drawn(tmp_path, frame):
    """Neither its picture nor its table is written."""
    words = dict.fromkeys(("title", "caption", "alt"), "T")
    with pytest.raises(NotIdentifiableError, match="fewer than 5 people"):
        save(
            plt.figure(), "x", data=frame, claims=[], folder=tmp_path,
            studies=[PROCESSED / "cn_colearning"], **words,
        )  # fmt: skip
    assert not list(tmp_path.iterdir())
    plt.close("all")


def test_a_verdict_to_be_shown_holds_no_small_count():
    """Neither in its words nor in numbers that rest on fewer than five."""
    gate = Gate("lurkers", passed=False, detail="3 lurkers in 4 groups, 300 needed")
    beside = tuple(Beside(str(n), clopper_pearson(1, n)) for n in (4, 5))
    verdict = Verdict(
        claim="c", study="own", word=Word.UNTESTABLE, checksum="", gates=(gate,),
        reason=gate.detail, note="1 newcomers", beside=beside,
    )  # fmt: skip
    shown = withheld(verdict, 5)
    assert shown.reason == "<5 lurkers in 4 groups, 300 needed"
    assert (shown.gates[0].detail, shown.note) == (shown.reason, "<5 newcomers")
    assert [one.name for one in shown.beside] == ["5"]
    assert withheld(verdict, 1) is verdict


@pytest.mark.parametrize(
    "text",
    [
        "≥ 3 core members", "fewer than 3 posters", "under 3 posters", "3 groups",
        "5 people", "14 members", "1.3 members", "at most 1 member", "3 % of members",
    ],
)  # fmt: skip
def test_thresholds_and_other_counts_stay(text):
    """What is no small count of people is told as it is."""
    assert told(text, 5) == text


def test_chinese_sentences_too():
    """A boundary between words is none there."""
    said = "12 个群里 3 人写过，4 名成员未发言；不少于 2 人"
    assert told(said, 5) == "12 个群里 <5 人写过，<5 名成员未发言；不少于 2 人"


def test_who_asks_to_see_all_is_told_so_on_every_page():
    """And nobody else."""
    with showing(1):
        assert "For your own eyes only" in notice()
    with showing(5):
        assert notice() == ""
