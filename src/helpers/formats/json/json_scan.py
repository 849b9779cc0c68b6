"""Where the elements of a JSON array end, whatever stands in their strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Scan", "State", "split"]

_QUOTE, _COMMA, _IN, _OUT = 1, 2, 3, 4
_MARK, _SLASH = ord('"'), ord("\\")
_ONE = np.uint64(1)


class Scan(NamedTuple):
    """What was met.

    Attributes
    ----------
    commas
        How many commas between elements.
    last, closed
        Where the last of them and the array's closing bracket stand; -1 is nowhere.
    """

    commas: int
    last: int
    closed: int


class State:
    """A place within an array, carried from chunk to chunk."""

    def __init__(self) -> None:
        # depth below the array, whether within a string, whether behind a backslash
        self._state = np.zeros(3, np.int64)

    def scan(self, data: npt.NDArray[np.uint8]) -> Scan:
        """Go on through the next bytes, to the closing bracket at most."""
        return Scan(*_scan(data, self._state, _SIGNS, _NOWHERE))


def split(data: bytes) -> list[bytes]:
    """Return the elements that stand between commas.

    >>> split(b'1, {"a": ",", "b": [2, 3]}')
    [b'1', b' {"a": ",", "b": [2, 3]}']
    """
    ends = np.empty(data.count(b",") + 1, np.int64)
    view = np.frombuffer(data, np.uint8)
    commas = Scan(*_scan(view, np.zeros(3, np.int64), _SIGNS, ends)).commas
    ends[commas] = len(data)
    starts = [0, *(ends[:commas] + 1).tolist()]
    stops = ends[: commas + 1].tolist()
    return [data[start:stop] for start, stop in zip(starts, stops, strict=True)]


def _signs() -> npt.NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    kinds = {_QUOTE: b'"', _COMMA: b",", _IN: b"{[", _OUT: b"}]"}
    for kind, signs in kinds.items():
        table[list(signs)] = kind
    return table


@numba.njit(cache=True, nogil=True)
def _plain(data, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return where the next quotation mark or backslash stands."""
    while at < data.size and data[at] != _MARK and data[at] != _SLASH:
        at += _ONE
    return at


@numba.njit(cache=True, nogil=True)
def _scan(data, state, signs, ends):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901  pragma: no cover
    """Count commas; enter as many offsets as fit. Unsigned ones need no sign check."""
    depth, quoted, escaped = state[0], state[1] > 0, state[2] > 0
    count, last = 0, np.int64(-1)
    at, size = np.uint64(0), np.uint64(data.size)
    while at < size:
        if quoted and not escaped:
            at = _plain(data, at)
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
                return count, last, np.int64(at)
        elif sign == _COMMA and depth == 0:
            last = np.int64(at)
            if count < ends.size:
                ends[count] = last
            count += 1
        at += _ONE
    state[0], state[1], state[2] = depth, quoted, escaped
    return count, last, -1


_SIGNS, _NOWHERE = _signs(), np.empty(0, np.int64)
