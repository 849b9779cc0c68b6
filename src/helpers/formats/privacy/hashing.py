"""SipHash of columns of text, by compiled code."""

from __future__ import annotations

import numpy as np

from helpers.arrays import Hashes
from helpers.machine import compile_walk
from helpers.text.columns import Utf8

_INITIAL = np.frombuffer(b"uespemosmodnarodarenegylsetybdet", np.uint64)


def hash_texts(texts: Utf8, key: bytes) -> Hashes:
    """Return 64-bit SipHashes of texts under a key of 16 bytes.

    The first example of the paper's appendix A, on ASCII:

    >>> import pyarrow as pa
    >>> from helpers.text.columns import to_utf8
    >>> column = to_utf8(pa.array([bytes(range(15)).decode()]))
    >>> f"{hash_texts(column, bytes(range(16)))[0]:x}"
    'a129ca6149be45e5'
    """
    keys = np.tile(np.frombuffer(key, "<u8").astype(np.uint64), 2)
    return np.asarray(_hash_rows(texts.data, texts.starts, _INITIAL ^ keys))


@compile_walk
def _rotate_word(word, by):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    return (word << np.uint64(by)) | (word >> np.uint64(64 - by))


@compile_walk
def _mix_round(a, b, c, d):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    a, c = a + b, c + d
    b, d = _rotate_word(b, 13) ^ a, _rotate_word(d, 16) ^ c
    a, c = _rotate_word(a, 32) + d, c + b
    d, b = _rotate_word(d, 21) ^ a, _rotate_word(b, 17) ^ c
    return a, b, _rotate_word(c, 32), d


@compile_walk
def _read_word(data, start, stop):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return up to eight bytes of a text as a little-endian integer."""
    word = np.uint64(0)
    for at in range(start, stop):
        word |= np.uint64(data[at]) << np.uint64(8 * (at - start))
    return word


@compile_walk
def _hash_rows(data, starts, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    digests = np.empty(starts.size - 1, np.uint64)
    for text in range(starts.size - 1):
        a, b, c, d = state[0], state[1], state[2], state[3]
        start, stop = starts[text], starts[text + 1]
        last_word = start + (stop - start) // 8 * 8
        for at in range(start, last_word + 1, 8):
            word = _read_word(data, at, min(at + 8, stop))
            if at == last_word:
                word |= np.uint64(stop - start) << np.uint64(56)
            d ^= word
            a, b, c, d = _mix_round(a, b, c, d)
            a, b, c, d = _mix_round(a, b, c, d)
            a ^= word
        c ^= np.uint64(0xFF)
        for _ in range(4):
            a, b, c, d = _mix_round(a, b, c, d)
        digests[text] = a ^ b ^ c ^ d
    return digests
