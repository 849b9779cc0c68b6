"""The comparison of what is printed sees what a reader would see, and no more."""

import pytest

from tests.printed import is_same_picture

LINE = '<path d="M 1.25 3 L 9.99 3" clip-path="url(#p0)"/><text x="2.5">0.50</text>'


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("9.99", "10.00", True),
        ("9.99", "9.97", False),
        ("1.25 3", "1.25 4", False),
        ("0.50", "0.49", False),
        ("#p0", "#p1", False),
        (' x="2.5"', "", False),
    ],
)
def test_moved_mark_and_changed_label_are_seen(old, new, same):
    """A label counts as printed, a place but for its last decimal."""
    assert is_same_picture(LINE, LINE.replace(old, new)) == same
