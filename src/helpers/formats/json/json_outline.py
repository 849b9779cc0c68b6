"""Outline of a JSON document: array positions and keys, in one pass."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from helpers.errors import BrokenFileError
from helpers.formats.json.json_walk import CHUNK, Span, Walk

if TYPE_CHECKING:
    from helpers.formats.reading.source import Source

DEEPEST_KEY = 5  # levels that are looked into
_PIECE = r'"((?:[^"\\]++|\\.)*+)(?:"(\s*+:)?|\\?\Z)|[{}\[\]]'


class Outline(NamedTuple):
    """Array positions and other content of a JSON document, and any damage."""

    spans: list[Span]  # where those elements stand
    held: frozenset[str]  # which of those arrays it has
    envelope: bytes  # the document with the arrays left empty; closed if it breaks off
    broken: BrokenFileError | None  # how it breaks off, or that it is no JSON
    breaks_off: bool  # whether all there is of it is JSON
    trailing: bool  # whether text follows the document
    whole: bytes | None  # all of a document that is no longer than a block

    def open(self, source: Source, name: str) -> BinaryIO:
        """Open the JSON document again from its start."""
        return source.utf8(name) if self.whole is None else io.BytesIO(self.whole)


def outline_document(source: Source, name: str, *arrays: str) -> Outline:
    """Read a JSON document once and return where its arrays are."""
    spans: list[Span] = []
    broken, trailing = None, False
    with source.utf8(name) as file:
        start = file.read(CHUNK)
        document = start if len(start) < CHUNK else None
        walk = Walk(file, arrays, source.where(name), start)
        try:
            spans += walk.spans()
            trailing = walk.trailing()
        except BrokenFileError as error:
            broken = error
    return Outline(
        spans=spans,
        held=frozenset(walk.found),
        envelope=walk.envelope(),
        broken=broken,
        breaks_off=walk.breaks_off,
        trailing=trailing,
        whole=document,
    )


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
