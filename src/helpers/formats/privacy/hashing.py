"""SipHash of columns of text, many rows at once."""

import numpy as np
import numpy.typing as npt

from helpers.arrays import Hashes
from helpers.text.columns import Utf8

_INITIAL = np.frombuffer(b"uespemosmodnarodarenegylsetybdet", np.uint64)
_WORD = 8  # bytes
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)
_TOGETHER = 1 << 14  # rows, whose states stay close to the processor


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
    padded, size = texts.data.tobytes() + bytes(_WORD), texts.starts.size - 1
    words = np.ndarray(texts.data.size + 1, "<u8", padded, strides=(1,))  # at each byte
    hashes = np.empty(size, np.uint64)
    for row in range(0, size, _TOGETHER):
        starts = texts.starts[row : row + _TOGETHER + 1]
        hashes[row : row + _TOGETHER] = _hash_rows(words, starts, _INITIAL ^ keys)
    return hashes


def _hash_rows(words: Hashes, starts: npt.NDArray[np.int32], key: Hashes) -> Hashes:
    at, left, rows = starts[:-1], np.diff(starts), np.arange(starts.size - 1)
    sizes = left.astype(np.uint64) << np.uint64(56)
    states = np.repeat(key[:, None], rows.size, axis=1)
    while rows.size:  # of which a word is left, or only their size
        goes_on = left >= _WORD
        word = words[at] & _MASKS[np.minimum(left, _WORD)]
        word |= np.where(goes_on, np.uint64(0), sizes[rows])
        own = states if rows.size == states.shape[1] else states[:, rows]  # a copy
        own[3] ^= word
        _mix(own, rounds=2)
        own[0] ^= word
        states[:, rows] = own
        rows, at, left = rows[goes_on], at[goes_on] + _WORD, left[goes_on] - _WORD
    states[2] ^= np.uint64(0xFF)
    _mix(states, rounds=4)
    return np.asarray(np.bitwise_xor.reduce(states))


def _mix(states: Hashes, rounds: int) -> None:
    a, b, c, d = states
    for _ in range(rounds):
        a += b
        c += d
        b[:] = _rotate(b, 13) ^ a
        d[:] = _rotate(d, 16) ^ c
        a[:] = _rotate(a, 32) + d
        c += b
        d[:] = _rotate(d, 21) ^ a
        b[:] = _rotate(b, 17) ^ c
        c[:] = _rotate(c, 32)


def _rotate(words: Hashes, by: int) -> Hashes:
    rotated = words << np.uint64(by)
    rotated |= words >> np.uint64(64 - by)
    return rotated
