"""Columns of Telegram's entries: who, when, what, and whom a text names."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import cast

import msgspec
import pyarrow as pa

from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_epoch, from_wall
from helpers.formats.telegram.telegram_chats import Chat
from helpers.formats.telegram.telegram_schema import Dated, Entry, Span
from helpers.formats.telegram.telegram_service import person
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
    found = ["text"] * len(entries)
    for at in (*told, *carry):
        found[at] = _kind(entries[at])
    return found


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
