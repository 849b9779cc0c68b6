"""Outline of a JSON document: array positions and keys, in one pass."""

from __future__ import annotations

import io
from typing import BinaryIO, NamedTuple

from helpers.errors import BrokenFileError
from helpers.formats.json.json_walk import CHUNK, Span, Walk
from helpers.formats.reading.source import Source


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
