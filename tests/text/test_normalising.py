"""Normalising keeps what was said and drops what no lexicon can read."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.text.columns import to_text_array
from helpers.text.normalising import (
    _has_marks,
    _strip_marks,
    collapse_runs,
    normalise_texts,
    simplify_characters,
    strip_to_words,
)

ANY_TEXT = st.text(st.characters())  # surrogates among them


def test_every_character_that_a_pattern_matches_is_prefiltered():
    """Of all of Unicode: what is not asked of the patterns would have stayed."""
    every = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    texts = to_text_array(every)
    plain = texts.filter(pa.array(~_has_marks(texts)))
    assert 1_000_000 < len(plain) < len(every)
    assert _strip_marks(plain).equals(plain)


@settings(deadline=None)
@given(st.lists(st.none() | ANY_TEXT | st.text("www.t.me/://[]@:a好 ")))
def test_prefilter_does_not_change_normalised_texts(messages):
    """Leaving texts out is no way to read them otherwise."""
    texts = to_text_array(messages)
    assert strip_to_words(texts).equals(_strip_marks(texts))


def test_line_breaks_do_not_shift_neighbours():
    """Texts with line breaks come back in their own rows."""
    texts = pa.array(["發\n財\n", None, "", "\n", "後\r\n來"])
    assert simplify_characters(texts).to_pylist() == [
        "发\n财\n",
        None,
        "",
        "\n",
        "后\r\n来",
    ]


@given(st.lists(ANY_TEXT), st.integers(1, 4))
def test_runs_equal_a_regular_expression(messages, longest):
    """Collapsing over code points equals collapsing character by character."""
    texts = to_text_array(messages)
    assert collapse_runs(texts, longest).to_pylist() == [
        _collapse(text, longest) for text in texts.to_pylist()
    ]


def _collapse(text, longest):
    kept = []
    for character in text:
        if kept[-longest:] != [character] * longest:
            kept.append(character)
    return "".join(kept)


def test_chunks_and_slices_are_one_column():
    """Chunked, sliced and large strings give what a list gives."""
    held = ["發財", None, "後來"]
    chunked = pa.chunked_array([held[:1], held[1:]])
    sliced = pa.array(["x", *held, "y"], pa.large_string())[1:4]
    for texts in (chunked, sliced):
        assert normalise_texts(texts).to_pylist() == ["发财", None, "后来"]
