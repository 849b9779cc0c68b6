"""Whatever is shown of a user's study hides counts of fewer than five people."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.claims.contract.finding import Supplement
from helpers.claims.contract.gates import Gate
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from helpers.errors import NotIdentifiableError
from helpers.figures import Drawn, save_figure
from helpers.inference import compute_exact_interval
from helpers.notebooks import Table
from helpers.paths import PROCESSED
from helpers.prose import fill_sentence
from helpers.small_counts import (
    People,
    get_notice,
    get_threshold,
    mask_text,
    mask_verdict,
    show_counts_from,
)


@pytest.fixture
def five():
    """Show nobody among fewer than five."""
    with show_counts_from(5):
        yield


@pytest.fixture
def frame():
    """Return a table that counts people, groups and messages."""
    return pd.DataFrame({"lurkers": [3, 7], "groups": [3, 4], "messages": [2, 1]})


def test_public_studies_show_small_counts(frame):
    """They count what is public."""
    assert get_threshold() == 1
    assert "<td" in Table(frame, "T")._repr_html_()
    assert "&lt;" not in Table(frame, "T")._repr_html_()
    assert get_notice() == ""


@pytest.mark.usefixtures("five")
def test_a_table_hides_small_counts_of_people_only(frame):
    """Counts of groups and messages stay."""
    table = Table(frame, "T", notes=(f"{People(2)} lurkers in 2 groups",))
    assert table.written["lurkers"].tolist() == ["<5", "7"]
    assert table.written["groups"].tolist() == ["3", "4"]
    assert table.written["messages"].tolist() == ["2", "1"]
    assert "&lt;5 lurkers in 2 groups" in table._repr_html_()


@pytest.mark.usefixtures("five")
def test_sentence_hides_small_counts_and_their_marked_value():
    """The list of numbers reads values from the marks."""
    said = fill_sentence("x", "{a:people} lurkers, {b:count} groups", a=3, b=3).markdown
    assert '"x.a" data-value="nan">&lt;5<' in said
    assert '"x.b" data-value="3.0">3<' in said


@pytest.mark.usefixtures("five")
def test_a_figure_of_small_counts_is_not_drawn(tmp_path, frame):
    """Neither its picture nor its table is written."""
    drawn = Drawn(plt.figure(), "T", "T", "T")
    with pytest.raises(NotIdentifiableError, match="fewer than 5 people"):
        save_figure(
            drawn, "x", data=frame, claims=[], folder=tmp_path,
            studies=[PROCESSED / "cn_colearning"],
        )  # fmt: skip
    assert not list(tmp_path.iterdir())
    plt.close("all")


def test_a_verdict_to_be_shown_contains_no_small_count():
    """Neither in its words nor in numbers that rest on fewer than five."""
    detail = f"{People(3)} lurkers in 4 groups, 300 needed"
    gate = Gate("lurkers", passed=False, detail=detail)
    beside = tuple(Supplement(str(n), compute_exact_interval(1, n)) for n in (4, 5))
    verdict = Verdict(
        claim="c", study="own", word=Word.UNTESTABLE, checksum="", gates=(gate,),
        reason=detail, note=f"{People(1)} newcomers", beside=beside,
    )  # fmt: skip
    few, all_ = mask_verdict(verdict, 5), mask_verdict(verdict, 1)
    assert few.reason == "<5 lurkers in 4 groups, 300 needed"
    assert (few.gates[0].detail, few.note) == (few.reason, "<5 newcomers")
    assert [one.name for one in few.beside] == ["5"]
    assert all_.reason == "3 lurkers in 4 groups, 300 needed"


@pytest.mark.parametrize(
    ("n", "written"), [(0, "0"), (4, "<5"), (5, "5"), (1234, "1,234")]
)
def test_count_of_people_is_masked_in_any_text(n, written):
    """Whatever words it stands in, in either language; nothing else is touched."""
    assert mask_text(f"{People(n):,} 个人, 3 groups", 5) == f"{written} 个人, 3 groups"


def test_unmasked_counts_are_declared_in_the_notice():
    """And nobody else."""
    with show_counts_from(1):
        assert "For your own eyes only" in get_notice()
    with show_counts_from(5):
        assert get_notice() == ""
