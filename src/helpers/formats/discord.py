"""DiscordChatExporter's JSON, whole or in parts, finished or broken off.

Kinds the exporter has no name for are printed as numbers. Everybody who deleted their
account appears as one id, which is nobody's. Nicknames and roles are those of the day
of the export. Nothing says who left a server, and nothing lists who never spoke.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.formats.clock import from_iso
from helpers.formats.columns import messages
from helpers.formats.discord_events import (
    events,
    mentions,
    person,
    plain,
    reactions,
    spoken,
)
from helpers.formats.discord_schema import DECODER, DELETED, Export, Message
from helpers.formats.json_stream import decode, decode_envelope, elements
from helpers.records import Batch, Observability, from_rows
from helpers.text.columns import as_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.formats.source import Head, Source

__all__ = ["NAME", "OBSERVES", "read", "recognises"]

NAME = "DiscordChatExporter JSON"
OBSERVES = Observability(
    members_source="events",
    joins_observed=True,
    leaves_observed=False,
    reads_observed="none",
    reactions_observed=True,
    replies="explicit",
    births="creation",
    owner_known=False,
    roles_known=True,
    sender_ids=True,
    text=True,
    time_zone_known=True,
    left_truncated=False,
    never_active_listed=False,
    window_us=(0, 0),
    resolution="millisecond",
)
EPOCH_MS = 1_420_070_400_000
TOLERANCE_US = 1_000_000
_SNOWFLAKE = "^([0-9]{1,18}|[1-8][0-9]{18})$"  # what 64 bits hold
_PART = re.compile(r" \[part \d+\]")


def recognises(head: Head) -> bool:
    """Tell the exporter by its guild and channel."""
    keys = head.keys(next(iter(_parts(head.names)), None))
    return {"guild.id", "channel.id"} <= keys


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every channel; parts of one channel are one group."""
    listed: set[str] = set()
    broken = None
    for name in _parts(source.names):
        export = decode_envelope(source, name, Export, "messages")
        if export.channel.id not in listed:
            yield from_rows("group", [_group(export, name)])
        listed.add(export.channel.id)
        source.observed["left_truncated"] = _cut(source, export, name)
        try:
            yield from _channel(source, export, name)
        except BrokenFileError as error:
            broken = broken or error
    if broken:
        raise broken


def _channel(source: Source, export: Export, name: str) -> Iterator[Batch]:
    found = 0
    for block in elements(source, name, "messages"):
        values, positions = decode(block, DECODER, name, source.losses)
        found += len(values)
        if values:
            yield from _block(source, export.channel.id, name, values, positions)
    source.losses.balance("messages", name, declared=export.message_count, found=found)


def _block(
    source: Source,
    group: str,
    name: str,
    values: Sequence[Message],
    positions: Sequence[int],
) -> Iterator[Batch]:
    _meet(source, group, values)
    told = [spoken(m) for m in values]
    times = from_iso([m.timestamp for m in values])
    _check_ids(source, name, [m.id for m in values], positions, times)
    yield messages(
        file=name,
        position=positions,
        group=group,
        id=[m.id for m in values],
        time_us=times,
        sender=[
            person(m.author) if said else None
            for m, said in zip(values, told, strict=True)
        ],
        kind=[
            "text" if said and m.content else _kind(m)
            for m, said in zip(values, told, strict=True)
        ],
        bot=[m.author.is_bot for m in values],
        text=[
            plain(m.content) if m.content and "<@" in m.content else m.content
            for m in values
        ],
        reply_to=[
            m.reference.message_id if m.reference and m.type == "Reply" else None
            for m in values
        ],
        mentions=[mentions(m) if m.mentions else None for m in values],
        rule=[
            None if said else f"discord.{m.type}"
            for m, said in zip(values, told, strict=True)
        ],
    )
    telling = [n for n, m in enumerate(values) if m.reactions or not told[n]]
    places = [
        (
            values[n],
            {"group": group, "file": name, "position": positions[n]},
            times[n].as_py(),
        )
        for n in telling
    ]
    if happened := [
        place | {"time_us": time} | event
        for m, place, time in places
        for event in events(m)
    ]:
        yield from_rows("event", happened)
    if reacted := [place | one for m, place, _ in places for one in reactions(m)]:
        yield from_rows("reaction", reacted)


def _kind(message: Message) -> str:
    if not spoken(message):
        return "system"
    if message.content:
        return "text"
    if message.stickers:
        return "sticker"
    if message.attachments:
        suffix = PurePosixPath(message.attachments[0].file_name).suffix.lower()
        return _SUFFIXES.get(suffix, "file")
    return "other" if message.type in {"20", "23"} else "text"


_SUFFIXES = {
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".gif": "image",
    ".webp": "image", ".mp4": "video", ".mov": "video", ".webm": "video",
    ".ogg": "voice", ".mp3": "voice", ".m4a": "voice",
}  # fmt: skip


def _meet(source: Source, group: str, values: Sequence[Message]) -> None:
    authors = {(m.author.id, m.author.name, m.author.nickname) for m in values}
    authors |= {(u.id, u.name, u.nickname) for m in values for u in m.mentions}
    for who, *names in authors:
        if who != DELETED:
            source.people.met(group, who, *names)


def _check_ids(
    source: Source,
    name: str,
    ids: Sequence[str],
    positions: Sequence[int],
    times: pa.Array,
) -> None:
    """Note times that differ from the one that Discord's ids carry."""
    texts = as_texts(ids)
    dated = pc.match_substring_regex(texts, _SNOWFLAKE)
    numbers = pc.if_else(dated, texts, "0")
    made = (np.asarray(numbers.cast(pa.int64())) >> 22) * 1000
    gap = np.abs(made + EPOCH_MS * 1000 - np.asarray(times.fill_null(0)))
    odd = (gap > TOLERANCE_US) & np.asarray(dated) & ~np.asarray(times.is_null())
    for at in np.flatnonzero(odd).tolist():
        source.losses.noted("time differs from the id's", name, positions[at])
    source.losses.untimed(name, positions, times)


def _group(export: Export, name: str) -> dict[str, Any]:
    channel = export.channel
    return {
        "group": channel.id, "label": channel.name, "network": export.guild.id,
        "platform": "discord", "kind": channel.type, "created_us": _created(channel.id),
        "parent": export.guild.id, "file": name, "position": 1,
    }  # fmt: skip


def _created(snowflake: str) -> int | None:
    """Return when a channel was made: its id says so."""
    if not snowflake.isdecimal() or int(snowflake) >> 22 == 0:
        return None
    return ((int(snowflake) >> 22) + EPOCH_MS) * 1000


def _cut(source: Source, export: Export, name: str) -> bool:
    later_part = _PART.search(name) is not None and " [part 1]" not in name
    return bool(
        source.observed.get("left_truncated")
        or (export.date_range.after and not later_part)
    )


def _parts(names: Sequence[str]) -> list[str]:
    """Return the JSON files; part 10 comes behind part 9."""
    found = [name for name in names if name.endswith(".json")]

    def number(name: str) -> tuple[str, int]:
        part = re.search(r" \[part (\d+)\]", name)
        return _PART.sub("", name), int(part[1]) if part else 0

    return sorted(found, key=number)
