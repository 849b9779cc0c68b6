"""Types for the fields read from a Slack export, and its notices.

Addresses and faces are left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.json.json_stream import Count
from helpers.formats.rows.clock import EARLIEST_US, LATEST_US
from helpers.formats.rows.people import SOMEBODY
from helpers.text.columns import to_text_array

SPOKEN = {
    None, "me_message", "file_share", "file_comment", "thread_broadcast",
    "reply_broadcast", "bot_message", "document_mention",
}  # fmt: skip
_KINDS = {
    "channel_topic": "topic", "group_topic": "topic",
    "channel_purpose": "topic", "group_purpose": "topic",
    "channel_name": "rename", "group_name": "rename",
    "channel_archive": "archive", "group_archive": "archive",
    "channel_unarchive": "settings", "group_unarchive": "settings",
    "pinned_item": "pin", "unpinned_item": "pin", "bot_add": "settings",
    "bot_remove": "settings", "reminder_add": "settings", "sh_room_created": "call",
    "channel_posting_permissions": "settings", "tombstone": "recall",
}  # fmt: skip
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([^>|]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<([a-z]+:[^>|]+)(?:\|[^>]*)?>")


class _Profile(msgspec.Struct, gc=False):  # e-mail and telephone are not read
    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None


class User(msgspec.Struct):
    """A user or bot of the Slack workspace."""

    id: str
    name: str | None = None
    real_name: str | None = None
    profile: _Profile | None = None
    is_bot: bool | None = None
    is_app_user: bool | None = None

    @property
    def names(self) -> list[str | None]:
        """Return all names of the Slack user, to be masked in texts."""
        own = [self.name, self.real_name]
        profile = self.profile
        return own + ([profile.display_name, profile.real_name] if profile else [])

    @property
    def bot(self) -> bool:
        """Whether the Slack user is a program."""
        return bool(self.is_bot or self.is_app_user) or self.id == "USLACKBOT"


class Channel(msgspec.Struct):
    """A Slack channel or direct conversation, with its present members."""

    id: str
    name: str | None = None
    created: int | str | None = None
    creator: str | None = None
    is_archived: bool | None = None
    members: list[str] | None = None


class _Reaction(msgspec.Struct, gc=False):  # its users may be cut
    name: str = ""
    count: Count = 0
    users: list[str] | None = None


class _Comment(msgspec.Struct, gc=False):  # its author is only named here
    user: str | None = None


class _File(msgspec.Struct, gc=False):
    mimetype: str | None = None


class Message(msgspec.Struct, gc=False):
    """One Slack message or notice."""

    ts: str
    type: str = "message"
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    inviter: str | None = None
    topic: Any = None
    purpose: Any = None
    name: str | None = None
    comment: _Comment | None = None
    file: _File | None = None
    files: list[_File] | None = None
    reactions: list[_Reaction] | None = None
    user_profile: _Profile | None = None
    slackdump_thread_replies: list[Message] | None = None


class Dump(msgspec.Struct):
    """A channel as slackdump writes it, without its messages."""

    channel_id: str = ""
    name: str | None = None


DECODER = msgspec.json.Decoder(list[Message])


def parse_timestamp(ts: str) -> int | None:
    """Parse a Slack timestamp (seconds as text) to µs.

    >>> parse_timestamp("1486999900.000136")
    1486999900000136
    """
    seconds, _, fraction = ts.partition(".")
    if not seconds.isdecimal() or not (fraction or "0").isdecimal():
        return None
    time = int(seconds[:20]) * 1_000_000 + int(fraction.ljust(6, "0")[:6])
    return time if EARLIEST_US <= time < LATEST_US else None


def parse_timestamps(stamps: Sequence[str]) -> pa.Array:
    """Parse a column of Slack timestamps to µs; invalid ones are null."""
    column = to_text_array(stamps)
    if pc.all(pc.match_substring_regex(column, r"^[0-9]{1,10}\.[0-9]{6}$")).as_py():
        digits = pc.replace_substring(column, ".", "", max_replacements=1)
        times = digits.cast(pa.int64())
        good = pc.and_(pc.greater_equal(times, EARLIEST_US), pc.less(times, LATEST_US))
        return pc.if_else(good, times, None)
    return pa.array([parse_timestamp(stamp) for stamp in stamps], pa.int64())


def read_creation_time(channel: Channel) -> int | None:
    """Return the creation time of a Slack channel, in µs."""
    return parse_timestamp(str(channel.created)) if channel.created else None


def classify_kind(message: Message) -> str:
    """Return a Slack message's kind, such as text, image or system."""
    if message.subtype not in SPOKEN:
        return "system"
    files = message.files or ([message.file] if message.file else [])
    shared = message.subtype in {"file_share", None} and files
    if shared and (message.subtype or not message.text):
        return _classify_media(files[0].mimetype or "")
    return "text"


def _classify_media(mimetype: str) -> str:
    main = mimetype.partition("/")[0]
    return {"image": "image", "video": "video", "audio": "voice"}.get(main, "file")


def describe_event(message: Message) -> dict[str, Any]:
    """Return the group event in a Slack notice: kind, actor and subject."""
    subtype = message.subtype or ""
    event_row: dict[str, Any] = {"rule": f"slack.{subtype}"}
    if subtype.endswith("_join"):
        method = "invite" if message.inviter else "self"
        who = {"actor": message.inviter, "subject": message.user}
        return event_row | who | {"kind": "join", "method": method}
    if subtype.endswith("_leave"):
        return event_row | _classify_leave(message)
    value = message.name if isinstance(message.topic, str | None) else None
    named = message.topic or message.purpose or value
    return event_row | {
        "kind": _KINDS.get(subtype, "unrecognised"),
        "actor": message.user,
        "value": named if isinstance(named, str) else None,
    }


def _classify_leave(message: Message) -> dict[str, Any]:
    """Return a leave or removal event, by the wording of the notice."""
    text = message.text or ""
    if " removed " not in text:
        return {"kind": "leave", "subject": message.user}
    actors = [user for user in _USER.findall(text) if user != message.user]
    return {
        "kind": "kick",
        "subject": message.user,
        "actor": actors[0] if actors else None,
    }


def list_mentions(text: str | None) -> list[str] | None:
    """Return the ids of the users that a Slack text mentions.

    >>> list_mentions("<@U1|ann> and <@U2>")
    ['U1', 'U2']
    """
    return _USER.findall(text) or None if text and "<@" in text else None


def strip_markup(text: str | None) -> str | None:
    """Remove Slack's markup and ids from a text.

    >>> strip_markup("<@U1> see <https://x.org|here> &amp; <#C1|general>")
    '[name] see https://x.org & #general'
    """
    if not text or ("<" not in text and "&" not in text):
        return text
    text = _CHANNEL.sub(r"#\1", _USER.sub(SOMEBODY, text))
    return html.unescape(_LINK.sub(r"\1", _SPECIAL.sub(r"@\1", text)))
