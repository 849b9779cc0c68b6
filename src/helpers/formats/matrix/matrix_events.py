"""Interpret Matrix events: messages, edits and group changes."""

from __future__ import annotations

from typing import Any

import msgspec

_KINDS = {
    "m.text": "text", "m.emote": "text", "m.notice": "text", "m.image": "image",
    "m.video": "video", "m.audio": "voice", "m.file": "file", "m.location": "location",
}  # fmt: skip
_OTHERS = {
    "m.sticker": "sticker", "m.poll.start": "poll", "m.room.encrypted": "other",
    "org.matrix.msc3381.poll.start": "poll", "m.reaction": "notice",
    "m.poll.response": "notice", "m.room.redaction": "notice",
}  # fmt: skip
_STATES = {
    "m.room.create": "create", "m.room.name": "rename", "m.room.topic": "topic",
    "m.room.power_levels": "role_change", "m.room.pinned_events": "pin",
    "m.room.tombstone": "migrate", "m.room.avatar": "settings",
    "m.room.join_rules": "settings", "m.room.history_visibility": "settings",
    "m.room.guest_access": "settings", "m.room.encryption": "settings",
    "m.room.canonical_alias": "settings", "m.room.server_acl": "settings",
    "m.space.parent": "settings", "m.call.invite": "call", "m.call.hangup": "call",
}  # fmt: skip


class _ReplyTo(msgspec.Struct, gc=False):
    event_id: str | None = None


class _Relation(msgspec.Struct, gc=False):
    rel_type: str | None = None
    event_id: str | None = None
    key: str | None = None
    is_falling_back: bool = False
    in_reply_to: _ReplyTo | None = msgspec.field(default=None, name="m.in_reply_to")


class _Profile(msgspec.Struct, gc=False):
    displayname: str | None = None


class _Content(msgspec.Struct, gc=False):
    msgtype: str | None = None
    body: str | None = None
    membership: str | None = None
    displayname: str | None = None
    name: str | None = None
    topic: str | None = None
    relation: _Relation | None = msgspec.field(default=None, name="m.relates_to")
    profile: _Profile | None = msgspec.field(  # of whom a bridge's bot speaks for
        default=None, name="com.beeper.per_message_profile"
    )


class _Previous(msgspec.Struct, gc=False):
    membership: str | None = None


class _Unsigned(msgspec.Struct):
    prev_content: _Previous | None = None
    redacted_because: Any = None


class Event(msgspec.Struct, gc=False):
    """One event of a Matrix room, such as a message or a join."""

    type: str
    sender: str
    event_id: str = ""
    room_id: str | None = None
    origin_server_ts: int | None = None
    content: _Content = msgspec.field(default_factory=_Content)
    unsigned: _Unsigned | None = None
    state_key: str | None = None


DECODER = msgspec.json.Decoder(list[Event])


def classify_kind(event: Event) -> str:
    """Return a Matrix event's message kind, such as text, image, edit or system."""
    if event.unsigned and event.unsigned.redacted_because is not None:
        return "system" if event.state_key is not None else "recalled"
    if event.type != "m.room.message":
        return _OTHERS.get(event.type, "system")
    relation = event.content.relation
    if relation and relation.rel_type == "m.replace":
        return "edit"
    return _KINDS.get(event.content.msgtype or "", "other")


def extract_words(event: Event) -> str | None:
    r"""Return a Matrix message's own text, without the quoted message.

    >>> quoted = _Content(body="> <@a:x> hi\n\nhello", relation=_Relation())
    >>> quoted.relation.in_reply_to = _ReplyTo("$1")
    >>> extract_words(Event("m.room.message", "@b:x", content=quoted))
    'hello'
    """
    body, relation = event.content.body, event.content.relation
    if not (body and relation and relation.in_reply_to and body.startswith("> ")):
        return body
    lines = body.split("\n")
    while lines and lines[0].startswith(">"):
        del lines[0]
    return "\n".join(lines).removeprefix("\n")


def describe_change(event: Event, before: str | None) -> dict[str, Any] | None:
    """Return the join, leave, rename or other event in a Matrix state event, or None.

    Parameters
    ----------
    before
        The membership of the person concerned before, as far as it is known.
    """
    rule = f"matrix.{event.type}"
    if event.type != "m.room.member":
        value = event.content.name or event.content.topic
        state_kind = _STATES.get(event.type, "unrecognised")
        return {"rule": rule, "kind": state_kind, "actor": event.sender, "value": value}
    after, who = event.content.membership, event.state_key
    event_row = {"rule": f"{rule}-{after}", "subject": who}
    own = event.sender == who
    if after == "join" and before != "join":
        return event_row | {
            "kind": "join",
            "method": "invite" if before == "invite" else "self",
        }
    if after == "leave" and before in {"join", None}:
        return event_row | ({"kind": "leave"} if own else _describe_kick(event, None))
    if after == "ban" and before == "join":
        return event_row | _describe_kick(event, "ban")
    return event_row | {"kind": "settings", "actor": event.sender}


def _describe_kick(event: Event, method: str | None) -> dict[str, Any]:
    return {"kind": "kick", "actor": event.sender, "method": method}
