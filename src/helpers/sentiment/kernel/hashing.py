"""Open-addressed hash tables for compiled code.

A slot is one 64-bit integer: a key above `META_BITS` of what the key holds. Nothing
wraps round: a table ends in spare slots, the last of them empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[Any]  # of any width
Bytes = npt.NDArray[np.uint8]
Slots = npt.NDArray[np.uint64]
Function = TypeVar("Function", bound="Callable[..., Any]")

META_BITS = np.uint64(27)
ORDINAL_BITS = np.uint64(16)  # below the key of a word
_SHORT = 6  # bytes that are a key themselves: two Chinese characters
_LONG = np.uint64(0xFF << 40)  # no text in UTF-8 begins with this byte
_WIDTH = 64
EMPTY = np.uint64(0)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing: 2^64 / golden ratio, odd
_FNV_START, _FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


def compile_kernel(function: Function) -> Function:
    """Compile a function with numba so that threads can run it in parallel.

    Numba counts references to every array of a tuple at every call; for functions as
    small as these that is two thirds of their time. Nothing here allocates or keeps
    an array, so there is nothing to count.
    """
    options: dict[str, Any] = {"nogil": True, "_nrt": False}
    return cast("Function", njit(**options)(function))


@compile_kernel
def hash_bytes(text: Bytes, first: int, last: int) -> np.uint64:
    """Compute the FNV-1a hash of text[first:last], bytes of a word.

    >>> hex(hash_bytes(np.frombuffer(b"foobar", np.uint8), 0, 6))  # Noll's vector
    '0x85944171f73967e8'
    """
    value = _FNV_START
    for i in range(first, last):
        value = (value ^ np.uint64(text[i])) * _FNV_PRIME
    return value


@compile_kernel
def hash_word(text: Bytes, first: int, last: int) -> np.uint64:
    """Compute a 48-bit key of text[first:last]: its bytes if short, else a hash.

    >>> hex(hash_word(np.frombuffer(b"ab", np.uint8), 0, 2))
    '0x6162'
    >>> hex(hash_word(np.frombuffer(b"abcdefg", np.uint8), 0, 7))[:4]
    '0xff'
    """
    if last - first > _SHORT or text[first] == 0:
        return _LONG | hash_bytes(text, first, last) >> np.uint64(24)
    key = np.uint64(0)
    for i in range(first, last):
        key = key << np.uint64(8) | np.uint64(text[i])
    return key


@compile_kernel
def find_home_slot(key: np.uint64, shift: int) -> int:
    """Return the slot of a hash table where the search for a key starts."""
    return np.int64((key * _MIX) >> np.uint64(shift))  # type: ignore[return-value]


@compile_kernel
def look_up(slots: Slots, shift: int, key: np.uint64) -> np.uint64:
    """Return the entry of `key` in a hash table, or 0 if it is not there."""
    at = find_home_slot(key, shift)
    while slots[at] != EMPTY:
        if slots[at] >> META_BITS == key:
            return np.uint64(slots[at])
        at += 1
    return EMPTY


def place_keys(keys: Slots, slots: Slots, bits: int) -> tuple[Slots, int]:
    """Build a hash table of 2^bits slots, and the shift of its keys.

    Linear probing without a loop: in the order of their homes, each slot stands at
    its home or just after the one before it.

    >>> keys = np.arange(1, 4, dtype=np.uint64)
    >>> table, shift = place_keys(keys, keys << META_BITS | np.uint64(7), bits=1)
    >>> [int(look_up(table, shift, key)) & 7 for key in keys]
    [7, 7, 7]
    >>> int(look_up(table, shift, np.uint64(4)))
    0
    """
    shift = _WIDTH - bits
    homes = ((keys * _MIX) >> np.uint64(shift)).astype(np.int64)
    order = np.argsort(homes, kind="stable")
    rank = np.arange(len(keys))
    at = np.maximum.accumulate(homes[order] - rank) + rank
    table = np.zeros(max(1 << bits, int(at.max()) + 1) + 1, np.uint64)
    table[at] = slots[order]
    return table, shift
