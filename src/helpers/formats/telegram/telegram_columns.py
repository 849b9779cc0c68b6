"""Convert Telegram entries to columns (author, time, kind) and events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple, cast

import msgspec
import pyarrow as pa

from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_epoch, from_wall
from helpers.formats.rows.people import to_name_id
from helpers.formats.telegram.telegram_chats import Chat
from helpers.formats.telegram.telegram_schema import Dated, Entry, Span
from helpers.text.columns import to_text_array

_KINDS = {
    "sticker": "sticker", "video_message": "video", "voice_message": "voice",
    "animation": "image", "video_file": "video", "audio_file": "file",
}  # fmt: skip
_CARRIED = attrgetter(
    "media_type", "forwarded_from", "photo", "file", "poll", "contact_information",
    "location_information",
)  # fmt: skip
_NOTHING = _CARRIED(Entry())
# action → event kind, for actions about the group as such
_ACTIONS = {
    "create_group": "create", "create_channel": "create",
    "migrate_to_supergroup": "migrate", "migrate_from_group": "migrate",
    "edit_group_title": "rename", "pin_message": "pin",
    "group_call": "call", "group_call_scheduled": "call", "phone_call": "call",
    "invite_to_group_call": "call",
    "topic_created": "topic", "topic_edit": "topic",
    "edit_group_photo": "settings", "delete_group_photo": "settings",
    "set_messages_ttl": "settings", "clear_history": "settings",
    "edit_chat_theme": "settings", "set_chat_wallpaper": "settings",
    "set_same_chat_wallpaper": "settings", "boost_apply": "settings",
    "joined_telegram": "settings",
}  # fmt: skip


def read_times(source: Source, entries: Sequence[Entry]) -> pa.Array:
    """Convert the times of Telegram entries to µs."""
    if isinstance(entries[0], Dated):
        source.observed["time_zone_known"] = False
        dates = [cast("Dated", entry).date or "" for entry in entries]
        return from_wall(dates, source.options.zone)
    return from_epoch([entry.date_unixtime for entry in entries])


def classify_kinds(entries: Sequence[Entry], told: Sequence[int]) -> list[str]:
    """Return the kind of each Telegram entry, such as text, sticker or image."""
    carry = [
        at
        for at, field_values in enumerate(map(_CARRIED, entries))
        if field_values != _NOTHING
    ]
    entry_kinds = ["text"] * len(entries)
    for at in (*told, *carry):
        entry_kinds[at] = _classify_kind(entries[at])
    return entry_kinds


def _classify_kind(entry: Entry) -> str:
    if entry.type != "message":
        return "system" if entry.type == "service" else "other"
    if entry.media_type:
        return _KINDS.get(entry.media_type, "other")
    if entry.forwarded_from is not msgspec.UNSET:
        return "forward"
    return _classify_attachment(entry)


def _classify_attachment(entry: Entry) -> str:
    if entry.photo is not None:
        return "image"
    if entry.file is not None:
        return "file"
    if entry.poll is not None:
        return "poll"
    if entry.contact_information is not None:
        return "contact"
    return "text" if entry.location_information is None else "location"


def list_mentions(text: str | list[str | Span]) -> list[str] | None:
    """Return the ids and names that a Telegram text mentions."""
    if isinstance(text, str):
        return None
    spans = [piece for piece in text if isinstance(piece, Span)]
    return [
        f"user{span.user_id}" if span.user_id else span.text
        for span in spans
        if span.type in {"mention", "mention_name"}
    ] or None


def list_named(texts: Iterable[str | list[str | Span]]) -> list[str]:
    """List the names by which Telegram texts mention people who have no user name.

    >>> list_named(["Hi Bob", ["Hi ", Span("Ann", "mention_name", 7)]])
    ['Ann']
    """
    pieces = chain.from_iterable(text for text in texts if isinstance(text, list))
    return [
        piece.text
        for piece in pieces
        if isinstance(piece, Span) and piece.type == "mention_name" and piece.text
    ]


def identify_senders(source: Source, chat: Chat, entries: Sequence[Entry]) -> pa.Array:
    """Return each entry's author or actor id, and record their names."""
    ids, names = [e.from_id for e in entries], [e.from_ for e in entries]
    if {*map(type, ids)} != {str} or not all(ids):
        for at, id_ in enumerate(ids):
            if not id_ or isinstance(id_, int):
                ids[at], names[at] = _identify_actor(entries[at])
    people = to_text_array(ids).dictionary_encode()
    source.people.met_columns(
        chat.key, people, to_text_array(names).dictionary_encode()
    )
    return people


def find_channel_posts(chat: Chat, entries: Sequence[Entry]) -> list[int]:
    """Return which messages of a group are posts that its channel forwards itself.

    Nobody of the group wrote them. What an anonymous administrator or somebody in the
    name of a channel of their own writes is no forward of it, and stays a person's.
    """
    if not chat.header.type.endswith("group"):
        return []
    return [
        at
        for at, entry in enumerate(entries)
        if entry.forwarded_from is not msgspec.UNSET
        and entry.forwarded_from == entry.from_ == entry.saved_from
        and str(entry.from_id).startswith("channel")
    ]


def _identify_actor(entry: Entry) -> tuple[str | None, str | None]:
    """Return id and name of who acted in a Telegram service message."""
    has_author = entry.from_id is not None or entry.from_
    identity = entry.from_id if has_author else entry.actor_id
    name = entry.from_ if has_author else entry.actor
    return identify_person(identity, name), None if identity is None else name


class Derived(NamedTuple):
    """Events and memberships that one Telegram service message reports."""

    events: list[dict[str, Any]]
    memberships: list[dict[str, Any]]


def identify_person(identity: str | int | None, name: str | None) -> str | None:
    """Return a Telegram user's id; old exports have names only.

    >>> (
    ...     identify_person(7, "Ann"),
    ...     identify_person("channel3", None),
    ...     identify_person(None, "Ann"),
    ... )
    ('user7', 'channel3', 'name:Ann')
    """
    if isinstance(identity, int):
        return f"user{identity}"
    return identity or (to_name_id(name) if name else None)


def derive_events(entry: Entry) -> Derived:
    """Derive events and memberships from a Telegram service message."""
    actor = identify_person(entry.actor_id, entry.actor)
    action = entry.action or ""
    if action in _MEMBERSHIP:
        return Derived(list(_MEMBERSHIP[action](entry, actor)), [])
    kind = _ACTIONS.get(action, "unrecognised")
    pinned = None if entry.message_id is None else str(entry.message_id)
    value = entry.title or entry.new_title or pinned
    own = {"kind": kind, "actor": actor, "value": value, "rule": _name_rule(action)}
    founders = list(_list_founders(entry, actor)) if kind == "create" else []
    return Derived([own], founders)


def _list_founders(entry: Entry, creator: str | None) -> Iterator[dict[str, Any]]:
    """Yield memberships of a new group's creator and first members."""
    rule = _name_rule(entry.action)
    if creator:
        yield {"person": creator, "role": "creator", "rule": rule}
    for name in entry.members or ():
        if name and name != entry.actor:
            yield {
                "person": to_name_id(name),
                "inviter": creator,
                "rule": _mark_by_name(rule),
            }


def _list_invited(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    for name in entry.members or [None]:
        if name is not None and name == entry.actor:
            yield _build_event("join", None, actor, entry, "self")
        else:
            yield _build_event(
                "join", actor, name and to_name_id(name), entry, "invited"
            )


def _list_removed(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    for name in entry.members or [None]:
        if name is not None and name == entry.actor:
            yield _build_event("leave", None, actor, entry, "self")
        else:
            yield _build_event("kick", actor, name and to_name_id(name), entry, None)


def _build_link_join(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    inviter = to_name_id(entry.inviter) if entry.inviter else None
    yield _build_event("join", inviter, actor, entry, "link")


def _build_request_join(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    yield _build_event("join", None, actor, entry, "request")


_MEMBERSHIP = {
    "invite_members": _list_invited,
    "remove_members": _list_removed,
    "join_group_by_link": _build_link_join,
    "join_group_by_request": _build_request_join,
}


def _build_event(
    kind: str,
    actor: str | None,
    subject: str | None,
    entry: Entry,
    method: str | None,
) -> dict[str, Any]:
    rule = _name_rule(entry.action)
    if (subject or "").startswith(to_name_id("")) or (actor or "").startswith(
        to_name_id("")
    ):
        rule = _mark_by_name(rule)
    return {
        "kind": kind, "actor": actor, "subject": subject, "method": method,
        "value": None if subject else "unknown person", "rule": rule,
    }  # fmt: skip


def _name_rule(action: str | None) -> str:
    return f"telegram.{action}"


def _mark_by_name(rule: str) -> str:
    return f"{rule} (by name)"
