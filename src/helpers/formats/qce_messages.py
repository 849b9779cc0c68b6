"""What one message of QQ Chat Exporter says, of what kind it is, and who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from helpers.formats.people import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.formats.qce_schema import Content, Id, Mention, Message, Sender

__all__ = ["Said", "bearers", "person", "said"]

_KINDS = {
    "image": "image", "video": "video", "audio": "voice", "ptt": "voice",
    "file": "file",
    "market_face": "sticker", "forward": "forward", "json": "share",
    "location": "location",
}  # fmt: skip

Said: TypeAlias = "tuple[str, str | None, Id | None, list[str] | None]"
"""A message's kind, words, the message it answers, and whom it mentions."""


def said(message: Message) -> Said:
    """Return what a message says; most are one piece of text, quick to tell."""
    content = message.content
    elements = content.elements
    mentions = _mentioned(content.mentions) if content.mentions else None
    kind = _unspoken(message)
    if len(elements) == 1 and elements[0].type == "text" and content.reply is None:
        data = elements[0].data
        words = (data.text or "") if data else content.text
        return kind or "text", words, None, mentions
    return kind or _kind(content), _words(content), _reply(content), mentions


def person(message: Message, sender: Sender) -> Id | None:
    """Return who wrote a message."""
    if sender.uin is not None:
        return sender.uin
    raw = message.raw_message
    return raw.sender_uin if raw and raw.sender_uin is not None else sender.uid


def bearers(
    found: Sequence[Message],
    senders: Sequence[Sender],
    people: Sequence[Id | None],
) -> Iterator[tuple[str, str]]:
    """Yield (person, name) of everybody who wrote; some more than once.

    A uid is a name of the uin: mentions know only the uid.
    """
    borne = {
        (who, name)
        for who, one in set(zip(people, senders, strict=True))
        for name in (one.uid, one.name, one.nickname, one.group_card, one.remark)
    }
    borne |= {
        (who, name)
        for who, message in zip(people, found, strict=True)
        if (raw := message.raw_message)
        for name in (raw.send_nick_name, raw.send_member_name)
    }
    return ((str(who), str(name)) for who, name in borne if who is not None and name)


def _mentioned(mentions: Sequence[Mention]) -> list[str]:
    return [
        named(str(one.uid))
        for one in mentions
        if one.uid is not None and one.type != "all"
    ]


def _unspoken(message: Message) -> str | None:
    if message.recalled or message.is_recalled:
        return "recalled"
    if message.system or message.is_system_message or message.type == "system":
        return "system"
    return None


def _kind(content: Content) -> str:
    types = [element.type for element in content.elements]
    if "reply" in types or content.reply:
        return "reply"
    if any(
        e.type == "text" and e.data and (e.data.text or "").strip()
        for e in content.elements
    ):
        return "text"
    return next((_KINDS[one] for one in types if one in _KINDS), "text")


def _words(content: Content) -> str | None:
    """Return what was written: without the quoted text and the placeholders."""
    parts = [
        element.data.text or (f"@{element.data.name}" if element.type == "at" else "")
        for element in content.elements
        if element.data and element.type in {"text", "at"}
    ]
    return "".join(parts) if parts else content.text


def _reply(content: Content) -> Id | None:
    if content.reply:
        return content.reply.referenced_message_id
    for element in content.elements:
        if element.type == "reply" and element.data:
            referenced = element.data.referenced_message_id
            return referenced if referenced is not None else element.data.message_id
    return None
