"""The keys of a JSON document, from its beginning only."""

from __future__ import annotations

import re

_PIECE = r'"((?:[^"\\]++|\\.)*+)(?:"(\s*+:)?|\\?\Z)|[{}\[\]]'


def key_paths(text: str, deepest: int = 5) -> frozenset[str]:
    """Return the paths of keys in JSON that may break off anywhere.

    Parameters
    ----------
    text
        The start of a JSON document.
    deepest
        How many levels to look into.

    Examples
    --------
    >>> sorted(key_paths('{"meta": {"name": "x"}, "messages": [{"id": 1}, {"te'))
    ['messages', 'messages[].id', 'meta', 'meta.name']
    >>> sorted(key_paths('[{"seq": 1}]'))
    ['[].seq']
    """
    found: set[str] = set()
    stack: list[str] = []
    key = ""
    for token in re.finditer(_PIECE, text, re.DOTALL):
        mark = token[0][0]
        if mark == '"':
            if token[2]:
                key = f"{stack[-1]}.{token[1]}".lstrip(".") if stack else token[1]
                if len(stack) <= deepest:
                    found.add(key)
        elif mark in "{[":
            path = key or (stack[-1] if stack else "")
            stack.append(path + "[]" * (mark == "[" and len(stack) <= deepest))
            key = ""
        elif stack:
            stack.pop()
            key = ""
    return frozenset(found)
