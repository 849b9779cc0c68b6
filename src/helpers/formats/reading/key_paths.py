"""Key paths of a JSON document, by which formats are distinguished.

Messages repeat each other's keys, so what a key or bracket leads to is remembered: a
document is walked by one look-up for each of them.
"""

from __future__ import annotations

import re

DEEPEST_KEY = 5  # levels that are looked into
_TEXT = r'"(?:[^"\\]++|\\.)*+'
# values are passed over; what counts is a key with its quotes, a bracket or the end
_PIECE = re.compile(
    rf'(?:[^"{{}}\[\]]++|{_TEXT}(?:"(?!\s*+:)|\\?\Z))*+({_TEXT}"|[{{}}\[\]]|\Z)',
    re.DOTALL,
)


class _Place:
    """A place in a document: the path that it is in, and the last key."""

    __slots__ = ("around", "depth", "key", "path", "steps")

    def __init__(self, around: _Place | None, path: str, depth: int, key: str) -> None:
        self.around = around  # the place before the bracket that was opened last
        self.path, self.depth, self.key = path, depth, key
        self.steps: dict[str, _Place] = {}  # what each key or bracket leads to

    def without_key(self) -> _Place:
        """Return the place behind a value that was closed."""
        if not self.key:
            return self
        if "" not in self.steps:
            self.steps[""] = _Place(self.around, self.path, self.depth, "")
        return self.steps[""]


def list_key_paths(text: str) -> frozenset[str]:
    """List the key paths at the start of a JSON document, truncated or not.

    >>> sorted(list_key_paths('{"meta": {"name": "x"}, "messages": [{"id": 1}, {"te'))
    ['messages', 'messages[].id', 'meta', 'meta.name']
    >>> sorted(list_key_paths('[{"seq": 1}]'))
    ['[].seq']
    """
    paths: set[str] = set()
    place = _Place(None, "", 0, "")
    for piece in _PIECE.findall(text) if '"' in text else ():
        if not piece:
            break
        step = place.steps.get(piece)
        if step is None:
            step = place.steps[piece] = _take_step(place, piece, paths)
        place = step
    return frozenset(paths)


def _take_step(place: _Place, piece: str, paths: set[str]) -> _Place:
    """Return the place behind a key or bracket; add a new key's path."""
    if piece[0] == '"':
        key = piece[1:-1]
        if place.depth:
            key = f"{place.path}.{key}".lstrip(".")
        if place.depth <= DEEPEST_KEY:
            paths.add(key)
        return _Place(place.around, place.path, place.depth, key)
    if piece in "{[":
        inside = "[]" * (piece == "[" and place.depth <= DEEPEST_KEY)
        path = (place.key or place.path) + inside
        return _Place(place, path, place.depth + 1, "")
    return place if place.around is None else place.around.without_key()
