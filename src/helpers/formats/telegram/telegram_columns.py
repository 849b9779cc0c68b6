"""Columns of Telegram's entries (who, when, what, whom a text names) and events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, cast

import msgspec
import pyarrow as pa

from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_epoch, from_wall
from helpers.formats.rows.people import named
from helpers.formats.telegram.telegram_chats import Chat
from helpers.formats.telegram.telegram_schema import Dated, Entry, Span
from helpers.text.columns import as_texts

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


def times(source: Source, entries: Sequence[Entry]) -> pa.Array:
    """Return instants; exports before 2021 have a clock and no zone."""
    if isinstance(entries[0], Dated):
        source.observed["time_zone_known"] = False
        dates = [cast("Dated", entry).date or "" for entry in entries]
        return from_wall(dates, source.options.zone)
    return from_epoch([entry.date_unixtime for entry in entries])


def kinds(entries: Sequence[Entry], told: Sequence[int]) -> list[str]:
    """Return the kinds of entries; `told` are those that are no plain messages."""
    carry = [at for at, held in enumerate(map(_CARRIED, entries)) if held != _NOTHING]
    entry_kinds = ["text"] * len(entries)
    for at in (*told, *carry):
        entry_kinds[at] = _kind(entries[at])
    return entry_kinds


def _kind(entry: Entry) -> str:
    if entry.type != "message":
        return "system" if entry.type == "service" else "other"
    if entry.media_type:
        return _KINDS.get(entry.media_type, "other")
    if entry.forwarded_from is not msgspec.UNSET:
        return "forward"
    return _attached(entry)


def _attached(entry: Entry) -> str:
    if entry.photo is not None:
        return "image"
    if entry.file is not None:
        return "file"
    if entry.poll is not None:
        return "poll"
    if entry.contact_information is not None:
        return "contact"
    return "text" if entry.location_information is None else "location"


def mentions(text: str | list[str | Span]) -> list[str] | None:
    """Return the ids and names that a text mentions."""
    if isinstance(text, str):
        return None
    spans = [piece for piece in text if isinstance(piece, Span)]
    return [
        f"user{span.user_id}" if span.user_id else span.text
        for span in spans
        if span.type in {"mention", "mention_name"}
    ] or None


def senders(source: Source, chat: Chat, entries: Sequence[Entry]) -> pa.Array:
    """Return who wrote or did each entry, and remember what they are called."""
    ids, names = [e.from_id for e in entries], [e.from_ for e in entries]
    if {*map(type, ids)} != {str} or not all(ids):
        for at, one in enumerate(ids):
            if not one or isinstance(one, int):
                ids[at], names[at] = _doer(entries[at])
    people = as_texts(ids).dictionary_encode()
    source.people.met_columns(chat.key, people, as_texts(names).dictionary_encode())
    return people


def _doer(entry: Entry) -> tuple[str | None, str | None]:
    """Return somebody of an old export or a notice; a name only if an id bears it."""
    wrote = entry.from_id is not None or entry.from_
    identity = entry.from_id if wrote else entry.actor_id
    name = entry.from_ if wrote else entry.actor
    return person(identity, name), None if identity is None else name


class Derived(NamedTuple):
    """The records that one service message yields beside its own row."""

    events: list[dict[str, Any]]
    memberships: list[dict[str, Any]]


def person(identity: str | int | None, name: str | None) -> str | None:
    """Return somebody's id; old exports wrote bare numbers, or a name only.

    >>> person(7, "Ann"), person("channel3", None), person(None, "Ann")
    ('user7', 'channel3', 'name:Ann')
    """
    if isinstance(identity, int):
        return f"user{identity}"
    return identity or (named(name) if name else None)


def derived(entry: Entry) -> Derived:
    """Return the events and memberships of a service message, without their place."""
    actor = person(entry.actor_id, entry.actor)
    action = entry.action or ""
    if action in _MEMBERSHIP:
        return Derived(list(_MEMBERSHIP[action](entry, actor)), [])
    kind = _ACTIONS.get(action, "unrecognised")
    pinned = None if entry.message_id is None else str(entry.message_id)
    value = entry.title or entry.new_title or pinned
    own = {"kind": kind, "actor": actor, "value": value, "rule": _rule(action)}
    founders = list(_founders(entry, actor)) if kind == "create" else []
    return Derived([own], founders)


def _founders(entry: Entry, creator: str | None) -> Iterator[dict[str, Any]]:
    """Yield the creator and those named at creation: members, but no joins."""
    rule = _rule(entry.action)
    if creator:
        yield {"person": creator, "role": "creator", "rule": rule}
    for name in entry.members or ():
        if name and name != entry.actor:
            yield {"person": named(name), "inviter": creator, "rule": _by_name(rule)}


def _invited(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    for name in entry.members or [None]:
        if name is not None and name == entry.actor:
            yield _event("join", None, actor, entry, "self")
        else:
            yield _event("join", actor, name and named(name), entry, "invited")


def _removed(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    for name in entry.members or [None]:
        if name is not None and name == entry.actor:
            yield _event("leave", None, actor, entry, "self")
        else:
            yield _event("kick", actor, name and named(name), entry, None)


def _by_link(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    inviter = named(entry.inviter) if entry.inviter else None
    yield _event("join", inviter, actor, entry, "link")


def _by_request(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    yield _event("join", None, actor, entry, "request")


_MEMBERSHIP = {
    "invite_members": _invited,
    "remove_members": _removed,
    "join_group_by_link": _by_link,
    "join_group_by_request": _by_request,
}


def _event(
    kind: str,
    actor: str | None,
    subject: str | None,
    entry: Entry,
    method: str | None,
) -> dict[str, Any]:
    rule = _rule(entry.action)
    if (subject or "").startswith(named("")) or (actor or "").startswith(named("")):
        rule = _by_name(rule)
    return {
        "kind": kind, "actor": actor, "subject": subject, "method": method,
        "value": None if subject else "unknown person", "rule": rule,
    }  # fmt: skip


def _rule(action: str | None) -> str:
    return f"telegram.{action}"


def _by_name(rule: str) -> str:
    return f"{rule} (by name)"
