"""Find the ends of the elements of a JSON array, ignoring string contents."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from helpers.arrays import Ints

_QUOTE, _COMMA, _IN, _OUT = 1, 2, 3, 4
_MARK, _SLASH = ord('"'), ord("\\")
FEW = 1 << 18  # bytes that are looked at before the compiler has been loaded


class Scan(NamedTuple):
    """Commas found in part of a JSON array, bytes read, and whether it ended."""

    commas: int  # how many commas between elements
    last: int  # where the last of them stands; -1 is nowhere
    closed: int  # where the array's closing bracket stands; -1 is nowhere


class State:
    """State of a scan through a JSON array, carried from chunk to chunk."""

    looked_at: ClassVar = 0  # bytes, by the whole process

    def __init__(self) -> None:
        # depth below the array, whether within a string, whether behind a backslash
        self._state = np.zeros(3, np.int64)

    def scan(self, data: npt.NDArray[np.uint8]) -> Scan:
        """Scan further bytes of a JSON array, up to its closing bracket."""
        return _scan_without_compiler(data, self._state, _NOWHERE)


def split_elements(data: bytes) -> list[bytes]:
    """Split the text of a JSON array into its elements.

    >>> split_elements(b'1, {"a": ",", "b": [2, 3]}')
    [b'1', b' {"a": ",", "b": [2, 3]}']
    """
    ends = np.empty(data.count(b",") + 1, np.int64)
    view = np.frombuffer(data, np.uint8)
    commas = _scan_without_compiler(view, np.zeros(3, np.int64), ends).commas
    ends[commas] = len(data)
    starts = [0, *(ends[:commas] + 1).tolist()]
    stops = ends[: commas + 1].tolist()
    return [data[start:stop] for start, stop in zip(starts, stops, strict=True)]


def _build_sign_table() -> npt.NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    kinds = {_QUOTE: b'"', _COMMA: b",", _IN: b"{[", _OUT: b"}]"}
    for kind, signs in kinds.items():
        table[list(signs)] = kind
    return table


def _scan_without_compiler(
    data: npt.NDArray[np.uint8], state: Ints, ends: npt.NDArray[Any]
) -> Scan:
    """Scan part of a JSON array; for small files in pure Python, without numba."""
    State.looked_at += data.size
    if State.looked_at < FEW and "numba" not in sys.modules:
        plain: Callable[..., tuple[int, int, int]] = _scan_commas
        return Scan(*plain(data.tobytes(), state, _SIGNS.tobytes(), ends))
    return Scan(*_compile_scan()(data, state, _SIGNS, ends))


@cache
def _compile_scan() -> Callable[..., tuple[int, int, int]]:
    import numba  # noqa: PLC0415 - a small file needs none

    compiled: Callable[..., tuple[int, int, int]]
    compiled = numba.njit(cache=True, nogil=True)(_scan_commas)
    return compiled


def _scan_commas(data, state, signs, ends):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901
    """Find the commas between elements of a JSON array: count and byte offsets."""
    depth, quoted, escaped = state[0], state[1] > 0, state[2] > 0
    count, last, at, size = 0, -1, 0, len(data)
    while at < size:
        if quoted and not escaped:
            while at < size and data[at] != _MARK and data[at] != _SLASH:
                at += 1
            if at == size:
                break
        sign = signs[data[at]]
        if quoted:
            quoted = escaped or sign != _QUOTE
            escaped = not escaped and data[at] == _SLASH
        elif sign == _QUOTE:
            quoted = True
        elif sign == _IN:
            depth += 1
        elif sign == _OUT:
            depth -= 1
            if depth < 0:
                return count, last, at
        elif sign == _COMMA and depth == 0:
            last = at
            if count < len(ends):
                ends[count] = last
            count += 1
        at += 1
    state[0], state[1], state[2] = depth, quoted, escaped
    return count, last, -1


_SIGNS, _NOWHERE = _build_sign_table(), np.empty(0, np.int64)
