"""Whatever is shown of a user's study hides counts of fewer than five people."""

import pytest

from helpers.small_counts import (
    People,
    get_notice,
    mask_text,
    show_counts_from,
)


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
