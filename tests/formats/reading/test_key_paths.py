"""Key paths of JSON documents, whole and cut off."""

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import machine
from helpers.formats.reading.key_paths import DEEPEST, list_key_paths

NAMES = st.text(st.sampled_from("ab{[:,☂"), min_size=1, max_size=3)
VALUES = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('a"\\:{}[] '), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=12,
)


def walk(value, path="", depth=1):
    """List the key paths in a decoded document."""
    if isinstance(value, list):
        inside = path + "[]" * (depth <= DEEPEST + 1)
        return {key for one in value for key in walk(one, inside, depth + 1)}
    if not isinstance(value, dict) or depth > DEEPEST:
        return set()
    keys = {f"{path}.{name}".lstrip("."): one for name, one in value.items()}
    deeper = (walk(one, key, depth + 1) for key, one in keys.items())
    return keys.keys() | {key for found in deeper for key in found}


@settings(max_examples=200, deadline=None)
@given(
    document=st.lists(VALUES) | st.dictionaries(NAMES, VALUES),
    few=st.sampled_from([0, 1 << 62]),
    indent=st.sampled_from([None, 1]),
    cut=st.integers(0, 400),
)
def test_key_paths_are_those_of_the_decoded_document(document, few, indent, cut):
    """With and without the compiler; what is cut off names no further key."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "FEW", few)
        if few:
            patch.delitem(sys.modules, "numba", raising=False)
        found, begun = list_key_paths(text), list_key_paths(text[:cut])
    assert found == walk(document)
    assert begun <= found
