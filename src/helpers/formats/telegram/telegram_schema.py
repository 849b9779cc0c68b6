"""Types for the fields read from Telegram Desktop's JSON."""

from __future__ import annotations

import re
from typing import Any, cast

import msgspec

from helpers.formats.json.json_stream import Count

# Control characters and undefined ids leave the exporter as no JSON at all.
_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_UNQUOTED = re.compile(rb'("document_id":\s*)([^"\s\d][^,}\n]*)')


# what stands for pieces that Telegram itself marks as personal
_MASKED = {
    "mention_name": "[name]", "phone": "[phone]", "email": "[email]",
    "bank_card": "[number]",
}  # fmt: skip


class Span(msgspec.Struct, gc=False):
    """A styled piece of a Telegram text, such as a bold word or link."""

    text: str = ""
    type: str = ""
    user_id: int | None = None


class _Recent(msgspec.Struct, gc=False):  # one of the few reactors that an export names
    from_: str | None = msgspec.field(default=None, name="from")
    from_id: str | None = None
    date: str | None = None


class _Reaction(msgspec.Struct, gc=False):
    type: str = ""
    count: Count = 0
    emoji: str | None = None
    document_id: str | None = None
    recent: list[_Recent] | None = None

    @property
    def kind(self) -> str:
        """The reaction's emoji, or its identifier."""
        return self.emoji or f"{self.type}:{self.document_id or ''}".rstrip(":")


class Entry(msgspec.Struct, gc=False):
    """One Telegram message, service message or unsupported entry."""

    id: int = 0
    type: str = "message"
    date_unixtime: str | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    from_id: str | int | None = None
    text: str | list[str | Span] = ""
    actor: str | None = None
    actor_id: str | int | None = None
    action: str | None = None
    title: str | None = None
    new_title: str | None = None
    members: list[str | None] | None = None
    inviter: str | None = None
    message_id: int | None = None
    reply_to_message_id: int | None = None
    media_type: str | None = None
    forwarded_from: str | msgspec.UnsetType | None = msgspec.UNSET
    saved_from: str | None = None
    photo: Any = None
    file: Any = None
    poll: Any = None
    contact_information: Any = None
    location_information: Any = None
    reactions: list[_Reaction] | None = None


class Dated(Entry, gc=False):
    """One entry of a Telegram export made before 2021, with local time only."""

    date: str | None = None


DECODER = msgspec.json.Decoder(list[Entry])
DATED = cast("msgspec.json.Decoder[list[Entry]]", msgspec.json.Decoder(list[Dated]))


class Header(msgspec.Struct):
    """A Telegram chat's id, name and type, without its messages."""

    id: int = 0
    name: str | None = None
    type: str = "unknown"


class _Chats(msgspec.Struct):
    headers: list[Header] = msgspec.field(default=[], name="list")


class Export(Header):
    """A Telegram export: one chat, or an account's lists of chats."""

    chats: _Chats = msgspec.field(default_factory=_Chats)
    left_chats: _Chats = msgspec.field(default_factory=_Chats)


def flatten_text(text: str | list[str | Span]) -> str:
    """Join the plain and styled pieces of a Telegram text, personal ones masked.

    >>> flatten_text(["hi ", Span("@ann", "mention"), Span(" 555-0199", "phone")])
    'hi @ann[phone]'
    """
    if isinstance(text, str):
        return text
    return "".join(
        piece if isinstance(piece, str) else _MASKED.get(piece.type, piece.text)
        for piece in text
    )


def repair(raw: bytes) -> bytes:
    r"""Repair two kinds of invalid JSON that Telegram Desktop writes.

    >>> repair(rb'{"text": "a\x0Bb and a literal \\x0B"}')
    b'{"text": "a\\u000Bb and a literal \\\\x0B"}'
    >>> repair(b'{"document_id": video_files/sticker.webm}')
    b'{"document_id": "video_files/sticker.webm"}'
    """
    return _UNQUOTED.sub(rb'\1"\2"', _ESCAPE.sub(rb"\1\\u00\2", raw))
