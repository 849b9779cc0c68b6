"""Which encoding a file has is seen in its first bytes."""

from __future__ import annotations

import codecs

from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.reading.source import _is_utf8

PIECES = st.sampled_from(
    [b"a", b" ", b"\0", "é".encode(), "群".encode(), "😀".encode(), b"\xed\xa0\x80",
     b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\x80", b"\xe4", b"\xe4\xb8", b"\xf0\x9f"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=8).map(b"".join) | st.binary(max_size=12))
def test_text_is_utf8_exactly_if_it_can_be_decoded(head):
    """The last letter may be cut; surrogates and longer forms are none."""
    if head.isascii():
        return
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        assert not _is_utf8(head)
    else:
        assert _is_utf8(head)
