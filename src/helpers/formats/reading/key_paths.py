"""List the key paths of a JSON document."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

import msgspec
import numpy as np

from helpers.machine import Walk

DEEPEST = 7  # levels that are looked into
LIST = -1  # in place of where a key begins: the step into a list
_SHORTEST = len('"":')
_QUOTE, _SLASH, _COLON, _BRACKET = (ord(sign) for sign in '"\\:[')
_OPENING, _CLOSING, _BLANKS = tuple(b"{["), tuple(b"}]"), tuple(b" \t\n\r")


@lru_cache(maxsize=2)  # as a file, and in its folder
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
    steps = np.empty((len(data) // _SHORTEST + 2, 3), np.int64)
    size = _find_steps.through(len(data), np.frombuffer(data, np.uint8), steps)
    paths, keys = [""], set[str]()
    for parent, start, stop in steps[:size].tolist():
        if start == LIST:
            paths.append(f"{paths[parent]}[]")
            continue
        key = decode_key(data[start:stop])
        paths.append(f"{paths[parent]}.{key}".lstrip("."))
        keys.add(paths[-1])
    return frozenset(keys)


def decode_key(data: bytes) -> str:
    r"""Return a key as text, its escapes resolved.

    >>> decode_key(rb"\u7fa4")
    '群'
    """
    if b"\\" in data:
        with suppress(msgspec.MsgspecError):
            return msgspec.json.decode(b'"' + data + b'"', type=str)
    return data.decode("utf-8", "replace")


@Walk
def _find_steps(data, steps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912
    """Find the distinct path segments: parent, first and last byte of the key."""
    around = np.zeros(DEEPEST + 1, np.int64)  # where the brackets around lead from
    size = depth = path = key = at = 0
    while at < len(data):
        sign, start, stop = data[at], at + 1, LIST
        at += 1
        if sign == _QUOTE:
            while at < len(data) and data[at] != _QUOTE:
                at += 1 + (data[at] == _SLASH)
            stop = at
            at += 1
            while at < len(data) and data[at] in _BLANKS:
                at += 1
            if at >= len(data) or data[at] != _COLON or depth > DEEPEST:
                continue
        elif sign in _OPENING:
            depth += 1
            if depth > DEEPEST + 1:
                continue
            around[depth - 1] = path
            path, key, start = key or path, 0, LIST
            if sign != _BRACKET:
                continue
        else:
            if sign in _CLOSING and depth:
                depth -= 1
                if depth <= DEEPEST:
                    path, key = around[depth], 0
            continue
        number = 0
        while number < size:  # the same step may have been taken before
            if (
                steps[number, 0] == path
                and (steps[number, 1] == LIST) == (start == LIST)
                and steps[number, 2] - steps[number, 1] == stop - start
            ):
                same = 0
                while (
                    same < stop - start
                    and data[steps[number, 1] + same] == data[start + same]
                ):
                    same += 1
                if same == stop - start:
                    break
            number += 1
        if number == size:
            steps[size, 0], steps[size, 1], steps[size, 2] = path, start, stop
            size += 1
        if start == LIST:
            path = number + 1
        else:
            key = number + 1
    return size
