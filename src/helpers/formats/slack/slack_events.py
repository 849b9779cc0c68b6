"""What Slack's notices say, and what its messages are."""

from __future__ import annotations

import html
import re
from typing import Any

from helpers.formats.rows.people import SOMEBODY
from helpers.formats.slack.slack_schema import Message

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


def kind(message: Message) -> str:
    """Return the kind of a message, by its subtype and what is attached."""
    if message.subtype not in SPOKEN:
        return "system"
    files = message.files or ([message.file] if message.file else [])
    shared = message.subtype in {"file_share", None} and files
    if shared and (message.subtype or not message.text):
        return _media(files[0].mimetype or "")
    return "text"


def _media(mimetype: str) -> str:
    main = mimetype.partition("/")[0]
    return {"image": "image", "video": "video", "audio": "voice"}.get(main, "file")


def event(message: Message) -> dict[str, Any]:
    """Return what a notice says: a kind, who and whom."""
    subtype = message.subtype or ""
    said: dict[str, Any] = {"rule": f"slack.{subtype}"}
    if subtype.endswith("_join"):
        method = "invite" if message.inviter else "self"
        who = {"actor": message.inviter, "subject": message.user}
        return said | who | {"kind": "join", "method": method}
    if subtype.endswith("_leave"):
        return said | _leave(message)
    value = message.name if isinstance(message.topic, str | None) else None
    named = message.topic or message.purpose or value
    return said | {
        "kind": _KINDS.get(subtype, "unrecognised"),
        "actor": message.user,
        "value": named if isinstance(named, str) else None,
    }


def _leave(message: Message) -> dict[str, Any]:
    """Tell a removal from a leave: only the wording differs."""
    text = message.text or ""
    if " removed " not in text:
        return {"kind": "leave", "subject": message.user}
    others = [one for one in _USER.findall(text) if one != message.user]
    return {
        "kind": "kick",
        "subject": message.user,
        "actor": others[0] if others else None,
    }


def mentions(text: str | None) -> list[str] | None:
    """Return the ids of the people a text mentions.

    >>> mentions("<@U1|ann> and <@U2>")
    ['U1', 'U2']
    """
    return _USER.findall(text) or None if text and "<@" in text else None


def plain(text: str | None) -> str | None:
    """Return a text without Slack's markup, and without the ids in it.

    >>> plain("<@U1> see <https://x.org|here> &amp; <#C1|general>")
    '[name] see https://x.org & #general'
    """
    if not text or ("<" not in text and "&" not in text):
        return text
    text = _CHANNEL.sub(r"#\1", _USER.sub(SOMEBODY, text))
    return html.unescape(_LINK.sub(r"\1", _SPECIAL.sub(r"@\1", text)))
