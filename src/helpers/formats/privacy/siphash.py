"""SipHash-2-4 of a column of texts: a keyed hash that is cheap for short ones.

Whoever lacks the key can neither compute nor invert it, ids that count up included.

Aumasson, J.-P. & Bernstein, D. J. (2012). SipHash: a fast short-input PRF.
INDOCRYPT 2012, 489-508.
"""

from __future__ import annotations

import numba
import numpy as np

from helpers.arrays import Hashes
from helpers.text.columns import Utf8

KEY_BYTES = 16
_INITIAL = np.frombuffer(b"uespemosmodnarodarenegylsetybdet", np.uint64)


def hashes(texts: Utf8, key: bytes) -> Hashes:
    """Return the 64-bit hashes of n texts under a key of 16 bytes.

    Raises
    ------
    ValueError
        If the key has another length.

    Examples
    --------
    The first example of the paper's appendix A, on ASCII:

    >>> import pyarrow as pa
    >>> from helpers.text.columns import utf8
    >>> column = utf8(pa.array([bytes(range(15)).decode()]))
    >>> f"{hashes(column, bytes(range(16)))[0]:x}"
    'a129ca6149be45e5'
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    keys = np.tile(np.frombuffer(key, "<u8").astype(np.uint64), 2)
    return np.asarray(_hashed(texts.data, texts.starts, _INITIAL ^ keys))


@numba.njit(cache=True, nogil=True)
def _turned(word, by):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    return (word << np.uint64(by)) | (word >> np.uint64(64 - by))


@numba.njit(cache=True, nogil=True)
def _round(a, b, c, d):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    a, c = a + b, c + d
    b, d = _turned(b, 13) ^ a, _turned(d, 16) ^ c
    a, c = _turned(a, 32) + d, c + b
    d, b = _turned(d, 21) ^ a, _turned(b, 17) ^ c
    return a, b, _turned(c, 32), d


@numba.njit(cache=True, nogil=True)
def _word(data, start, stop):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return up to eight bytes as a number, the first the lowest."""
    word = np.uint64(0)
    for at in range(start, stop):
        word |= np.uint64(data[at]) << np.uint64(8 * (at - start))
    return word


@numba.njit(cache=True, nogil=True)
def _hashed(data, starts, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    digests = np.empty(starts.size - 1, np.uint64)
    for text in range(starts.size - 1):
        a, b, c, d = state[0], state[1], state[2], state[3]
        start, stop = starts[text], starts[text + 1]
        whole = start + (stop - start) // 8 * 8
        for at in range(start, whole + 1, 8):
            word = _word(data, at, min(at + 8, stop))
            if at == whole:
                word |= np.uint64(stop - start) << np.uint64(56)
            d ^= word
            a, b, c, d = _round(a, b, c, d)
            a, b, c, d = _round(a, b, c, d)
            a ^= word
        c ^= np.uint64(0xFF)
        for _ in range(4):
            a, b, c, d = _round(a, b, c, d)
        digests[text] = a ^ b ^ c ^ d
    return digests
