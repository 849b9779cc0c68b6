"""List the keys of a JSON document by the path that they stand under."""

from __future__ import annotations

import numba
import numpy as np

DEEPEST = 5  # levels that are looked into
LIST = -1  # in place of where a key begins: the step into a list
_SHORTEST = len('"":')
_QUOTE, _SLASH, _COLON, _BRACKET = (ord(sign) for sign in '"\\:[')
_OPENING, _CLOSING, _BLANKS = tuple(b"{["), tuple(b"}]"), tuple(b" \t\n\r")


def list_key_paths(text: str) -> frozenset[str]:
    """List the key paths at the start of a JSON document, truncated or not.

    >>> sorted(list_key_paths('{"meta": {"name": "x"}, "messages": [{"id": 1}, {"te'))
    ['messages', 'messages[].id', 'meta', 'meta.name']
    >>> sorted(list_key_paths('[{"seq": 1}]'))
    ['[].seq']
    """
    if '"' not in text:
        return frozenset()
    data = text.encode("utf-8", "surrogatepass")
    paths, keys = [""], set[str]()
    for parent, start, stop in _find_steps(np.frombuffer(data, np.uint8)).tolist():
        if start == LIST:
            paths.append(f"{paths[parent]}[]")
            continue
        key = data[start:stop].decode("utf-8", "surrogatepass")
        paths.append(f"{paths[parent]}.{key}".lstrip("."))
        keys.add(paths[-1])
    return frozenset(keys)


@numba.njit(cache=True, nogil=True)
def _find_steps(data):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901  pragma: no cover
    """Return the distinct steps of paths: the step before, and where its key stands.

    Values are passed over; what counts is a string before a colon, and brackets.
    """
    steps = np.empty((data.size // _SHORTEST + 2, 3), np.int64)
    around = np.zeros(DEEPEST + 2, np.int64)  # where the brackets around lead from
    size = depth = path = key = at = 0
    while at < data.size:
        sign, start = data[at], at + 1
        at += 1
        if sign == _QUOTE:
            while at < data.size and data[at] != _QUOTE:
                at += 1 + (data[at] == _SLASH)
            stop = at
            at += 1
            while at < data.size and data[at] in _BLANKS:
                at += 1
            if at < data.size and data[at] == _COLON and depth <= DEEPEST:
                key, size = _take_step(steps, size, data, (path, start, stop))
        elif sign in _OPENING:
            if depth <= DEEPEST:
                around[depth] = path
                path, key = key or path, 0
                if sign == _BRACKET:
                    path, size = _take_step(steps, size, data, (path, LIST, LIST))
            depth += 1
        elif sign in _CLOSING and depth:
            depth -= 1
            if depth <= DEEPEST:
                path, key = around[depth], 0
    return steps[:size]


@numba.njit(cache=True, nogil=True)
def _take_step(steps, size, data, step):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return the number of a step, from 1, and of all; the same step has been taken."""
    parent, start, stop = step
    for number in range(size):
        before, first, last = steps[number]
        if (
            before != parent
            or last - first != stop - start
            or (first < 0) != (start < 0)
        ):
            continue
        at = 0
        while at < stop - start and data[first + at] == data[start + at]:
            at += 1
        if at == stop - start:
            return number + 1, size
    steps[size] = step
    return size + 1, size + 1
