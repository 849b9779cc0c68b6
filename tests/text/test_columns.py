"""Columns of text keep their rows, whatever they held."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.text.columns import code_points, from_code_points, to_text_array


@settings(deadline=None)
@given(st.lists(st.none() | st.text()))
def test_code_points_spell_the_texts_again(messages):
    """Texts go to code points and back unchanged, nulls and NUL included."""
    texts = pa.array(messages, pa.string())
    assert from_code_points(code_points(texts), texts.is_valid()).equals(texts)


@pytest.mark.parametrize(
    ("broken", "mended"),
    [("\ud800", "�"), ("a\udc00b", "a�b"), ("\ud83d\ude00", "😀"), ("\x00", "\x00")],
)
def test_lone_surrogates_are_replaced(broken, mended):
    """A lone half becomes U+FFFD, a pair its character."""
    assert to_text_array([broken, None]).to_pylist() == [mended, None]


@pytest.mark.parametrize(
    "held",
    [
        pa.array(["x", "a", None])[1:],
        pa.array(["a", None], pa.large_string()),
        pa.array(["a", None]).dictionary_encode(),
        pa.chunked_array([["a"], [None]], pa.string()),
        pa.chunked_array([["a"], [None]], pa.string()).dictionary_encode(),
    ],
)
def test_every_arrow_shape_is_taken(held):
    """Slices, large strings, dictionaries and chunks are one string array."""
    assert to_text_array(held).equals(pa.array(["a", None]))
