"""Types for the tables read from Zulip's realm export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from helpers.formats.json.json_blocks import decode_block
from helpers.formats.json.json_outline import outline_document
from helpers.formats.json.json_stream import read_elements
from helpers.formats.reading.source import Source

T = TypeVar("T")
_NAMES = (
    "zerver_userprofile", "zerver_userprofile_crossrealm", "zerver_stream",
    "zerver_recipient", "zerver_subscription", "zerver_realmauditlog",
    "zerver_reaction", "zerver_message", "zerver_usermessage",
)  # fmt: skip


class User(msgspec.Struct):
    """A Zulip user."""

    id: int
    full_name: str = ""
    is_bot: bool = False
    long_term_idle: bool = False
    role: int | None = None


class Stream(msgspec.Struct):
    """A Zulip stream (channel)."""

    id: int
    name: str = ""
    date_created: float | None = None
    creator: int | None = None
    deactivated: bool = False
    invite_only: bool = False


class Recipient(msgspec.Struct, gc=False):
    """The target of Zulip messages: a stream, a person or several."""

    id: int
    type: int
    type_id: int


class Subscription(msgspec.Struct, gc=False):
    """A user's subscription to a Zulip stream or conversation."""

    user_profile: int
    recipient: int
    active: bool = True


class Audit(msgspec.Struct, gc=False):
    """A line of Zulip's audit log, such as a subscription."""

    event_type: int | str
    event_time: float
    modified_user: int | None = None
    modified_stream: int | None = None
    acting_user: int | None = None


class Reaction(msgspec.Struct, gc=False):
    """One reaction to a Zulip message."""

    user_profile: int
    message: int
    emoji_name: str = ""


class Message(msgspec.Struct, gc=False):
    """One Zulip message."""

    id: int
    sender: int
    recipient: int
    subject: str | None = None
    content: str | None = None
    date_sent: float | None = None
    pub_date: float | None = None


class Receipt(msgspec.Struct, gc=False):
    """A user's flags on a Zulip message, such as read."""

    user_profile: int
    message: int
    flags_mask: int = 0


class Tables:
    """The tables of one Zulip export file, read in one pass."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self.name = source, name
        self._outline = outline_document(source, name, *_NAMES)

    def rows(
        self, table: str, of: type[T]
    ) -> Iterator[tuple[Sequence[T], Sequence[int]]]:
        """Yield the rows of a Zulip table in blocks, with their positions."""
        decoder = msgspec.json.Decoder(list[of])  # type: ignore[valid-type]
        optional = table != "zerver_message"  # not every export has every table
        for block in read_elements(
            self._source, self.name, table, optional=optional, within=self._outline
        ):
            yield decode_block(block, decoder, self.name, self._source.losses)
