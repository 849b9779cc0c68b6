"""Parse the bodies of WhatsApp messages: text, file, poll, or deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from helpers.formats.whatsapp.whatsapp_events import (
    list_body_kinds,
    list_edit_marks,
    strip_marks,
)

MARK = "\u200e"
_FILE = re.compile(
    r"<[^<>:：\n]{2,20}(?:: |：)(?P<ios>[^<>\n]+\.\w{2,5})>"
    r"|(?P<android>[^\n()]{3,120}\.\w{2,5}) \([^()\n]{4,40}\)"
)
_EXTENSIONS = {
    "jpg": "image", "jpeg": "image", "png": "image", "gif": "image", "heic": "image",
    "mp4": "video", "3gp": "video", "mov": "video",
    "opus": "voice", "m4a": "voice", "ogg": "voice", "aac": "voice", "mp3": "voice",
    "webp": "sticker", "vcf": "contact",
}  # fmt: skip
_STARTS = {"POLL:": "poll", "location: http": "location", "Location: http": "location"}
_ANY_START = tuple(_STARTS)
_ENDS = frozenset(">)")
_STOPS = frozenset(".。")


class Body(NamedTuple):
    """Kind and text of a WhatsApp message, and the rule by which it was parsed."""

    kind: str
    text: str
    rule: str | None = None


def parse_bodies(texts: Sequence[str]) -> list[tuple[int, Body]]:
    """Parse texts that may have placeholders; return each result with its index."""
    kinds = list_body_kinds()
    longest = 1 + max(map(len, kinds))
    joined = "\n".join(texts)  # one look through all is quicker than one through each
    inside = [sign for sign in (MARK, *_ANY_START) if sign in joined]
    return [
        (at, parse_body(text))
        for at, text in enumerate(texts)
        if text[-1:] in _ENDS
        or (len(text) <= longest and _strip_stop(text) in kinds)
        or (inside and (MARK in text or text.startswith(_ANY_START)))
    ]


def parse_body(text: str) -> Body:
    r"""Return the kind and text of a WhatsApp message's body.

    >>> (
    ...     parse_body("\u200eimage omitted").kind,
    ...     parse_body("IMG-1-WA0025.jpg (file attached)").kind,
    ... )
    ('image', 'image')
    >>> parse_body("so be it <This message was edited>")
    Body(kind='text', text='so be it', rule='whatsapp.edited')
    >>> (
    ...     parse_body("I left (finally)").kind,
    ...     parse_body("\u200eunknown words of the app").kind,
    ... )
    ('text', 'other')
    """
    if text[-1:] in _ENDS or MARK in text:
        return _parse_marked(text)
    kind = list_body_kinds().get(_strip_stop(text), "text")
    return Body(_classify_start(text) if text.startswith(_ANY_START) else kind, text)


def _parse_marked(text: str) -> Body:
    words = strip_marks(text)
    if kind := list_body_kinds().get(_strip_stop(words)):
        return Body(kind, words)
    if match := _FILE.match(words):
        name = match["ios"] or match["android"]
        kind = _EXTENSIONS.get(name.rpartition(".")[2].lower(), "file")
        return Body(kind, words)
    if words.endswith(list_edit_marks()):
        before = words[: words.rindex("<")].rstrip()
        return Body(_classify_start(words), before, "whatsapp.edited")
    if text.startswith(MARK):  # the app's own words, in a language not known here
        return Body("other", text)
    return Body(_classify_start(words), text)


def _strip_stop(text: str) -> str:
    return text[:-1] if text[-1:] in _STOPS else text


def _classify_start(text: str) -> str:
    return next((k for start, k in _STARTS.items() if text.startswith(start)), "text")
