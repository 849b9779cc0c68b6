"""What one message of QQ Chat Exporter says, of what kind it is, and who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from helpers.formats.people import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.formats.qce_schema import Content, Id, Mention, Message

__all__ = ["Said", "bearers", "person", "said"]

_KINDS = {
    "image": "image", "video": "video", "audio": "voice", "ptt": "voice",
    "file": "file",
    "market_face": "sticker", "forward": "forward", "json": "share",
    "location": "location",
}  # fmt: skip


class Said(NamedTuple):
    """A message's kind, words, the message it answers, and whom it mentions."""

    kind: str
    text: str | None
    reply_to: Id | None
    mentions: list[str] | None


def said(message: Message) -> Said:
    """Return what a message says; most are one piece of text, quick to tell."""
    content = message.content
    plain = (
        len(content.elements) == 1
        and content.elements[0].type == "text"
        and content.reply is None
    )
    mentions = _mentioned(content.mentions) if content.mentions else None
    kind = _unspoken(message) or ("text" if plain else _kind(content))
    if plain:
        data = content.elements[0].data
        return Said(kind, (data.text or "") if data else content.text, None, mentions)
    return Said(kind, _words(content), _reply(content), mentions)


def person(message: Message) -> Id | None:
    """Return who wrote a message."""
    raw, sender = message.raw_message, message.sender
    if sender.uin is not None:
        return sender.uin
    return raw.sender_uin if raw and raw.sender_uin is not None else sender.uid


def bearers(found: Sequence[Message]) -> Iterator[tuple[str, str]]:
    """Yield (person, name) of everybody who wrote; some more than once.

    A uid is a name of the uin: mentions know only the uid.
    """
    borne: set[tuple[Id | None, ...]] = set()
    for m in found:
        one, raw = m.sender, m.raw_message
        who = person(m) if one.uin is None else one.uin
        names = (one.uid, one.name, one.nickname, one.group_card, one.remark)
        borne.add((who, *names))
        if raw:
            borne.add((who, raw.send_nick_name, raw.send_member_name))
    for who, *names_of in borne:
        if who is not None:
            yield from ((str(who), str(name)) for name in names_of if name)


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
    if len(content.elements) == 1 and (only := content.elements[0]).type == "text":
        return (only.data.text or "") if only.data else content.text
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
