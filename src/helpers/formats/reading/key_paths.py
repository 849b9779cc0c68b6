"""Key paths of a JSON document, by which formats are distinguished."""

from __future__ import annotations

import re

DEEPEST_KEY = 5  # levels that are looked into
_PIECE = r'"((?:[^"\\]++|\\.)*+)(?:"(\s*+:)?|\\?\Z)|[{}\[\]]'


def list_key_paths(text: str) -> frozenset[str]:
    """List the key paths at the start of a JSON document, truncated or not.

    >>> sorted(list_key_paths('{"meta": {"name": "x"}, "messages": [{"id": 1}, {"te'))
    ['messages', 'messages[].id', 'meta', 'meta.name']
    >>> sorted(list_key_paths('[{"seq": 1}]'))
    ['[].seq']
    """
    paths: set[str] = set()
    stack: list[str] = []
    key = ""
    for token in re.finditer(_PIECE, text, re.DOTALL):
        mark = token[0][0]
        if mark == '"':
            if token[2]:
                key = f"{stack[-1]}.{token[1]}".lstrip(".") if stack else token[1]
                if len(stack) <= DEEPEST_KEY:
                    paths.add(key)
        elif mark in "{[":
            path = key or (stack[-1] if stack else "")
            stack.append(path + "[]" * (mark == "[" and len(stack) <= DEEPEST_KEY))
            key = ""
        elif stack:
            stack.pop()
            key = ""
    return frozenset(paths)
