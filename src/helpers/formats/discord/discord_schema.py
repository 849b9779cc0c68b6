"""The parts of DiscordChatExporter's JSON that carry meaning here."""

from __future__ import annotations

from typing import Any

import msgspec

from helpers.formats.json.json_blocks import Repeating
from helpers.formats.json.json_stream import Count

DELETED = "456226577798135808"  # all deleted accounts together


class User(msgspec.Struct, rename="camel", gc=False):
    """Somebody, as of the day of the export."""

    id: str = ""
    name: str | None = None
    nickname: str | None = None
    is_bot: bool = False


class Author(User, eq=False):
    """Who wrote a message; equal only to itself."""

    roles: list[Any] = []


class Emoji(msgspec.Struct, gc=False):
    """An emoji, the server's own or Unicode's."""

    id: str | None = None
    name: str | None = None


class Reaction(msgspec.Struct, gc=False):
    """One kind of reaction, with everybody who gave it."""

    emoji: Emoji = msgspec.field(default_factory=Emoji)
    count: Count = 0
    users: tuple[User, ...] = ()


class Reference(msgspec.Struct, rename="camel", gc=False):
    """The message that another one answers."""

    message_id: str | None = None
    type: str | None = None


class Attachment(msgspec.Struct, rename="camel", gc=False):
    """A file."""

    file_name: str = ""


class Message(msgspec.Struct, rename="camel", gc=False):
    """One message or notice; its type is a name or a number."""

    id: str
    timestamp: str
    author: msgspec.Raw
    type: str = "Default"
    content: str | None = None
    attachments: tuple[Attachment, ...] = ()
    stickers: tuple[Any, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    mentions: tuple[User, ...] = ()
    reference: Reference | None = None


class Guild(msgspec.Struct):
    """A server."""

    id: str = ""
    name: str | None = None


class Channel(msgspec.Struct, rename="camel"):
    """A channel."""

    id: str = ""
    type: str | None = None
    category: str | None = None
    name: str | None = None


class Range(msgspec.Struct):
    """What the exporter was asked for."""

    after: str | None = None
    before: str | None = None


class Export(msgspec.Struct, rename="camel"):
    """What surrounds the messages."""

    guild: Guild
    channel: Channel
    date_range: Range = msgspec.field(default_factory=Range)
    message_count: int | None = None


def decoder() -> Repeating[Message, Author]:
    """Return a decoder of messages and who wrote them."""
    return Repeating(Message, "author", Author)
