"""Types for the fields read from DiscordChatExporter's JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from helpers.formats.json.json_blocks import Repeating
from helpers.formats.json.json_stream import Count

DELETED = "456226577798135808"  # all deleted accounts together


class User(msgspec.Struct, rename="camel", gc=False):
    """A Discord user, as of the day of export."""

    id: str = ""
    name: str | None = None
    nickname: str | None = None
    is_bot: bool = False


class Author(User, eq=False):
    """The author of a Discord message; equal only if the same object."""

    roles: list[Any] = []


class _Emoji(msgspec.Struct, gc=False):
    id: str | None = None
    name: str | None = None


class _Reaction(msgspec.Struct, gc=False):
    emoji: _Emoji = msgspec.field(default_factory=_Emoji)
    count: Count = 0
    users: tuple[User, ...] = ()


class _Reference(msgspec.Struct, rename="camel", gc=False):
    message_id: str | None = None
    type: str | None = None


class _Attachment(msgspec.Struct, rename="camel", gc=False):
    file_name: str = ""


class Message(msgspec.Struct, rename="camel", gc=False):
    """One Discord message or notice; its type is a name or a number."""

    id: str
    timestamp: str
    author: msgspec.Raw
    type: str = "Default"
    content: str | None = None
    attachments: tuple[_Attachment, ...] = ()
    stickers: tuple[Any, ...] = ()
    reactions: tuple[_Reaction, ...] = ()
    mentions: tuple[User, ...] = ()
    reference: _Reference | None = None


class _Guild(msgspec.Struct):
    id: str = ""
    name: str | None = None


class Channel(msgspec.Struct, rename="camel"):
    """A Discord channel, thread or forum post; a forum is the parent of its posts."""

    id: str = ""
    type: str | None = None
    category: str | None = None
    name: str | None = None
    category_id: str | None = None

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread or a forum post, which is a topic of its parent."""
        return bool(self.category_id) and (self.type or "").endswith("Thread")

    @property
    def group(self) -> str:
        """Id of the group that it belongs to: its own, or of a thread its parent's."""
        return self.category_id or self.id if self.is_thread else self.id


class _Range(msgspec.Struct):
    after: str | None = None
    before: str | None = None


class Export(msgspec.Struct, rename="camel"):
    """A Discord export's metadata: guild, channel, period, message count."""

    guild: _Guild
    channel: Channel
    date_range: _Range = msgspec.field(default_factory=_Range)
    message_count: int | None = None
    exported_at: Any = None


def build_decoder() -> Repeating[Message, Author]:
    """Build a JSON decoder of Discord messages with their authors."""
    return Repeating(Message, "author", Author)
