"""The hash of message ids is SipHash-2-4, and pandas' own computation agrees."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.privacy.hashing import hash_texts
from helpers.text.columns import to_utf8

KEY = bytes(range(16))
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1)


@pytest.mark.parametrize(
    ("length", "published"),
    [(0, 0x726FDB47DD0E0E31), (1, 0x74F839C593DC67FD), (8, 0x93F5F5799A932462),
     (15, 0xA129CA6149BE45E5), (16, 0x3F2ACC7F57C29BDB), (63, 0x958A324CEB064572)],
)  # fmt: skip
def test_hash_equals_the_published_siphash_vectors(length, published):
    """The first bytes of 00 01 02 … under the key 00 … 0f, as their code ships them."""
    texts = to_utf8(pa.array([bytes(range(length)).decode()]))
    assert hash_texts(texts, KEY).tolist() == [published]


def scattered(numbers):
    """What pandas makes of a hash: a mixing without a key, after Steele et al."""
    numbers = (numbers ^ (numbers >> 30)) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> 27)) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> 31)


@given(TEXTS)
def test_any_texts_hash_as_pandas_hashes_them(texts):
    """Lengths, characters of any width, neighbours in a column: none matters."""
    found = hash_texts(to_utf8(pa.array(texts)), KEY)
    column = np.array(texts, object)
    theirs = pd.util.hash_array(column, hash_key=KEY.decode(), categorize=False)
    assert scattered(found).tolist() == theirs.tolist()


def test_a_key_of_another_length_is_refused():
    """A short key would be no secret."""
    with pytest.raises(ValueError, match="buffer size"):
        hash_texts(to_utf8(pa.array(["1"])), b"short")
