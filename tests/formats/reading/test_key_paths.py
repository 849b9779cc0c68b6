"""Key paths of JSON, whole or cut anywhere, against a plain walk."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.reading.source import DEEPEST_KEY, list_key_paths

PIECE = r'"((?:[^"\\]++|\\.)*+)(?:"(\s*+:)?|\\?\Z)|[{}\[\]]'
VALUES = st.recursive(
    st.none() | st.integers() | st.text('a"\\{}[]: ', max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('ab".{', max_size=2), inner, max_size=3)
    ),
)


def _walk(text):
    paths, stack, key = set(), [], ""
    for token in re.finditer(PIECE, text, re.DOTALL):
        mark = token[0][0]
        if mark == '"' and token[2]:
            key = f"{stack[-1]}.{token[1]}".lstrip(".") if stack else token[1]
            paths |= {key} if len(stack) <= DEEPEST_KEY else set()
        elif mark in "{[":
            path = key or (stack[-1] if stack else "")
            stack.append(path + "[]" * (mark == "[" and len(stack) <= DEEPEST_KEY))
            key = ""
        elif mark != '"' and stack:
            stack.pop()
            key = ""
    return paths


@given(VALUES, st.integers(0, 200))
def test_remembered_steps_lead_where_a_plain_walk_does(value, cut):
    """Equal keys at another depth, and brackets in strings, change no path."""
    text = json.dumps(value)
    assert list_key_paths(text) == _walk(text)
    assert list_key_paths(text[:cut]) == _walk(text[:cut])


@given(st.text('"{}[]:a ', max_size=30))
def test_text_that_is_no_json_has_the_paths_of_a_plain_walk(text):
    """Unmatched brackets and quotes are taken as they stand, outside of escapes."""
    assert list_key_paths(text) == _walk(text)
