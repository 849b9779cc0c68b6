"""Read Element's "Export chat" JSON: the raw events of one Matrix room.

A member event is a join only if the person was not in before: changes of name and face
are member events too. A room replaced by another was moved, not deserted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from helpers.formats.json.json_stream import Count, decode_elements, decode_envelope
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import build_messages, yield_rows
from helpers.formats.rows.losses import REPLIES_MISSING, UNDELIVERED
from helpers.records import Batch, from_rows
from helpers.text.columns import to_text_array

_KINDS = {
    "m.text": "text", "m.emote": "text", "m.notice": "text", "m.image": "image",
    "m.video": "video", "m.audio": "voice", "m.file": "file", "m.location": "location",
}  # fmt: skip
_ENCRYPTED = frozenset({"m.bad.encrypted", "m.room.encrypted"})
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


class _Thread(msgspec.Struct, gc=False):
    count: Count = 0


class _Bundle(msgspec.Struct, gc=False):  # what the server says of answers
    thread: _Thread | None = msgspec.field(default=None, name="m.thread")


class _Unsigned(msgspec.Struct):
    prev_content: _Previous | None = None
    redacted_because: Any = None
    bundle: _Bundle | None = msgspec.field(default=None, name="m.relations")


class _Event(msgspec.Struct, gc=False):
    type: str
    sender: str
    event_id: str = ""
    room_id: str | None = None
    origin_server_ts: int | str | None = None
    content: _Content = msgspec.field(default_factory=_Content)
    unsigned: _Unsigned | None = None
    state_key: str | None = None


DECODER = msgspec.json.Decoder(list[_Event])


def _classify_kind(event: _Event) -> str:
    """Return a Matrix event's message kind, such as text, image, edit or system."""
    if event.unsigned and event.unsigned.redacted_because is not None:
        return "system" if event.state_key is not None else "recalled"
    if event.type != "m.room.message":
        return _OTHERS.get(event.type, "system")
    relation = event.content.relation
    if relation and relation.rel_type == "m.replace":
        return "edit"
    return _KINDS.get(event.content.msgtype or "", "other")


def _extract_words(event: _Event) -> str | None:
    """Return a Matrix message's own text, without the quoted message."""
    body, relation = event.content.body, event.content.relation
    if _is_encrypted(event):
        return None
    if not (body and relation and relation.in_reply_to and body.startswith("> ")):
        return body
    lines = body.split("\n")
    while lines and lines[0].startswith(">"):
        del lines[0]
    return "\n".join(lines).removeprefix("\n")


def _is_encrypted(event: _Event) -> bool:
    """Return whether Element could not decrypt an event, in any language."""
    types = (event.type, event.content.msgtype or "")
    body = event.content.body or ""
    return not _ENCRYPTED.isdisjoint(types) or (
        body.startswith("** ") and body.endswith(" **")
    )


def _count_replies(event: _Event) -> int:
    """Return how many answers the server counted in the thread below an event."""
    bundle = event.unsigned.bundle if event.unsigned else None
    return bundle.thread.count if bundle and bundle.thread else 0


def _describe_change(event: _Event, before: str | None) -> dict[str, Any]:
    """Return the join, leave or other event in a Matrix state event."""
    rule = f"matrix.{event.type}"
    if event.type != "m.room.member":
        value = event.content.name or event.content.topic
        state_kind = _STATES.get(event.type, "unrecognised")
        return {"rule": rule, "kind": state_kind, "actor": event.sender, "value": value}
    after, who = event.content.membership, event.state_key
    event_row = {"rule": f"{rule}-{after}", "subject": who}
    own = event.sender == who
    if after == "join" and before != "join":
        method = "invite" if before == "invite" else "self"
        return event_row | {"kind": "join", "method": method}
    kick = {"kind": "kick", "actor": event.sender, "method": None}
    if after == "leave" and before in {"join", None}:
        return event_row | ({"kind": "leave"} if own else kick)
    if after == "ban" and before == "join":
        return event_row | kick | {"method": "ban"}
    return event_row | {"kind": "settings", "actor": event.sender}


NAME = "Element (Matrix) JSON"
OBSERVES = replace(
    LEAST, members_source="events", joins_observed=True, leaves_observed=True,
    reactions_observed=True, replies="explicit", births="creation", owner_known=True,
    resolution="millisecond",
)  # fmt: skip


class _Export(msgspec.Struct):
    room_name: str | None = None


def has_signature(head: Head) -> bool:
    """Detect an Element export by the keys of its Matrix events."""
    keys = head.keys(_select_file(head.names))
    return {"messages[].origin_server_ts", "messages[].event_id"} <= keys


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one Matrix room."""
    name = _select_file(source.names) or source.name
    room = _Room(source, name)
    for events, positions in decode_elements(source, name, DECODER, "messages"):
        yield from room.batches(events, positions)
    if room.replies > 0:
        source.losses.noted(REPLIES_MISSING, name, 0, room.replies)
    yield room.group(decode_envelope(source, name, _Export, "messages").room_name)
    if room.created_us is None:
        source.observed |= {
            "births": "first_message", "left_truncated": True, "owner_known": False,
        }  # fmt: skip


class _Room:
    """Names and message ids collected from the events of a Matrix room."""

    def __init__(self, source: Source, file: str) -> None:
        self._source, self._file, self._key = source, file, source.stem
        self._members: dict[str, str | None] = {}
        self._inviters: dict[str, str] = {}
        self._owner: str | None = None
        self._moved: int | None = None
        self.replies = 0  # counted by the server, and not read
        self.created_us: int | None = None

    def batches(
        self, events: Sequence[_Event], positions: Sequence[int]
    ) -> Iterator[Batch]:
        self._key = next((e.room_id for e in events if e.room_id), self._key)
        times = from_epoch([e.origin_server_ts for e in events])
        kinds = [_classify_kind(event) for event in events]
        yield build_messages(
            file=self._file,
            position=positions,
            group=self._key,
            id=[e.event_id for e in events],
            time_us=times,
            sender=self._identify_authors(events, kinds),
            kind=kinds,
            bot=[e.content.msgtype == "m.notice" for e in events],
            text=[_extract_words(event) for event in events],
            reply_to=[_find_reply(event) for event in events],
            rule=[
                None if e.type == "m.room.message" else f"matrix.{e.type}"
                for e in events
            ],
        )
        self._note_encrypted(events, positions)
        relations = [e.content.relation for e in events]
        answers = [r.event_id for r in relations if r and r.rel_type == "m.thread"]
        threads = set(answers)
        self.replies += sum(map(_count_replies, events)) - len(answers)
        found = filter(None, threads)
        self._source.losses.read_threads(self._key, found, self._file)
        rows = zip(events, kinds, positions, times.to_pylist(), strict=True)
        rows_by_record: dict[str, list[dict[str, Any]]] = {"event": [], "reaction": []}
        for event, kind, position, time in rows:
            place = {
                "group": self._key, "time_us": time, "file": self._file,
                "position": position,
            }  # fmt: skip
            if kind == "recalled":
                rows_by_record["event"].append(place | _build_recall(event))
            if kind == "system":
                rows_by_record["event"].append(place | self._record(event, time))
            relation = event.content.relation
            if event.type == "m.reaction" and relation and relation.event_id:
                row = {
                    "message": relation.event_id, "person": event.sender, "count": 1,
                    "kind": relation.key, "rule": "matrix.m.reaction",
                }  # fmt: skip
                rows_by_record["reaction"].append(place | row)
        yield from yield_rows(**rows_by_record)

    def _note_encrypted(
        self, events: Sequence[_Event], positions: Sequence[int]
    ) -> None:
        for event, position in zip(events, positions, strict=True):
            is_dead = event.unsigned and event.unsigned.redacted_because is not None
            if not is_dead and _is_encrypted(event):
                self._source.losses.noted(UNDELIVERED, self._file, position)

    def _identify_authors(
        self, events: Sequence[_Event], kinds: Sequence[str]
    ) -> list[str | None]:
        """Return who wrote each event: also behind a bot that speaks for several."""
        people = self._source.people
        authors: list[str | None] = [
            None if k == "system" else e.sender
            for e, k in zip(events, kinds, strict=True)
        ]
        for at, event in enumerate(events):
            profile, author = event.content.profile, authors[at]
            if author and profile and profile.displayname:
                authors[at] = people.relayed(self._key, author, profile.displayname)
        texts = [event.content.body for event in events]
        senders = to_text_array(authors).dictionary_encode()
        for at, who in people.find_signed(self._key, senders, texts).items():
            authors[at] = who
        return authors

    def _record(self, event: _Event, time: int | None) -> dict[str, Any]:
        who = event.state_key or ""
        if event.type == "m.room.member":
            known = self._members.get(who)
            if event.unsigned and event.unsigned.prev_content:
                known = event.unsigned.prev_content.membership
            event_row = _describe_change(event, known)
            self._members[who] = event.content.membership
            if event.content.membership == "invite":
                self._inviters[who] = event.sender
            self._source.people.met(self._key, who, event.content.displayname)
            if event_row.get("method") == "invite":
                event_row["actor"] = self._inviters.get(who)
            return event_row
        if event.type == "m.room.create":
            self.created_us, self._owner = time, event.sender
        if event.type == "m.room.tombstone":
            self._moved = time
        return _describe_change(event, None)

    def group(self, label: str | None) -> Batch:
        row = {
            "group": self._key, "label": label, "network": "matrix",
            "platform": "matrix", "kind": "room", "created_us": self.created_us,
            "owner": self._owner, "file": self._file, "position": 1,
        }  # fmt: skip
        if self._moved is not None:
            row |= {"closed_us": self._moved, "closed_kind": "migrated"}
        return from_rows("group", [row])


def _find_reply(event: _Event) -> str | None:
    relation = event.content.relation
    if relation is None or event.type == "m.reaction":
        return None
    if relation.in_reply_to and not relation.is_falling_back:
        return relation.in_reply_to.event_id
    return relation.event_id if relation.rel_type in {"m.thread", "m.replace"} else None


def _build_recall(event: _Event) -> dict[str, Any]:
    """Return a deletion event, with its time, for a deleted Matrix message."""
    because = event.unsigned and event.unsigned.redacted_because
    redaction: dict[str, Any] = because if isinstance(because, dict) else {}
    (deleted_us,) = from_epoch([redaction.get("origin_server_ts")]).to_pylist()
    row = {"kind": "recall", "actor": redaction.get("sender") or event.sender,
           "subject": event.sender, "rule": "matrix.m.room.redaction"}  # fmt: skip
    return row if deleted_us is None else row | {"time_us": deleted_us}


def _select_file(names: Sequence[str]) -> str | None:
    return next((name for name in names if name.endswith(".json")), None)
