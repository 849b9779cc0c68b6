"""Whatever is shown of a user's study hides counts of fewer than five people."""

import pandas as pd
import pytest
from helpers.prose import fill_sentence

from helpers.small_counts import (
    People,
    get_notice,
    mask_text,
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


@pytest.mark.usefixtures("five")
def test_sentence_hides_small_counts_and_their_marked_value():
    """The list of numbers reads values from the marks."""
    said = fill_sentence("x", "{a:people} lurkers, {b:count} groups", a=3, b=3).markdown
    assert '"x.a" data-value="nan">&lt;5<' in said
    assert '"x.b" data-value="3.0">3<' in said


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
