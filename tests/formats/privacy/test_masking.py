"""A text that is passed over holds no name and nothing that looks like one."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.privacy.masking import find_beginnings, find_suspects
from helpers.formats.privacy.name_tree import name_tree
from helpers.text.columns import to_utf8

TEXTS = st.lists(st.text("aAbé张三0１-) .😀", max_size=12), min_size=1, max_size=6)
NAMES = st.lists(st.text("aAbé张三😀", min_size=2, max_size=4), max_size=5)


@given(TEXTS, NAMES, st.integers(0, 2))
def test_every_text_with_a_name_is_a_suspect(texts, names, start):
    """In any case, at any place of a column that may be cut."""
    column = pa.array(texts)[start:]
    tree = name_tree(names)
    found = find_suspects(to_utf8(column), tree, find_beginnings(tree))
    for text, suspect in zip(column.to_pylist(), found, strict=True):
        held = any(name.casefold() in text.casefold() for name in names)
        assert suspect or not held


def test_seven_digits_close_together_are_a_suspect():
    """Of any width, with up to two signs between, but not across words."""
    texts = [
        "1234567",
        "12345６７",
        "1 2 3-)4.5.6.7",
        "123456",
        "123 and 4567",
        "1" * 6,
    ]
    none = name_tree([])
    found = find_suspects(to_utf8(pa.array(texts)), none, find_beginnings(none))
    assert found.tolist() == [True, True, True, False, False, False]
