"""Read DiscordChatExporter's JSON: complete, in parts, or truncated.

Kinds the exporter has no name for are printed as numbers. Everybody who deleted their
account appears as one id, which is nobody's. Nicknames and roles are those of the day
of the export. Nothing says who left a server, and nothing lists who never spoke.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from helpers.formats.discord.discord_messages import EPOCH_MS, read_records
from helpers.formats.discord.discord_schema import Export, build_decoder
from helpers.formats.json.json_blocks import decode_block
from helpers.formats.json.json_stream import decode_envelope, read_elements
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.clock import read_instant
from helpers.formats.rows.gaps import note_gaps
from helpers.formats.rows.losses import THREAD
from helpers.records import Batch, from_rows

NAME = "DiscordChatExporter JSON"
OBSERVES = replace(
    LEAST,
    members_source="events",
    joins_observed=True,
    reactions_observed=True,
    replies="explicit",
    births="creation",
    roles_known=True,
    resolution="millisecond",
)
OUTSIDE = {"DirectTextChat": "direct", "DirectGroupTextChat": "direct"}

_PART = re.compile(r" \[part (\d+)\]")


def has_signature(head: Head) -> bool:
    """Detect a DiscordChatExporter file by its guild and channel keys."""
    keys = head.keys(next(iter(_sort_parts(head.names)), None))
    return {"guild.id", "channel.id"} <= keys


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of all Discord channels; files of one channel are joined."""
    listed: set[str] = set()
    for name in _sort_parts(source.names):
        with source.carry_on():
            export = decode_envelope(source, name, Export, "messages")
            yield from _read_file(source, export, name, listed)
    _note_missing_parts(source)


def _read_file(
    source: Source, export: Export, name: str, listed: set[str]
) -> Iterator[Batch]:
    channel = export.channel
    made_us = read_instant({"at": export.exported_at}, "at", source.options.zone)
    source.state_export(channel.group, made_us, name)
    if channel.id not in listed:
        yield from_rows("group", [_build_group(export, name)])
        if channel.is_thread:
            source.losses.noted(THREAD, name, 0)
    listed.add(channel.id)
    source.observed["left_truncated"] = _is_truncated(source, export, name)
    yield from _read_channel(source, export, name)


def _note_missing_parts(source: Source) -> None:
    parts: dict[str, list[int]] = {}
    for name in source.names:
        if match := _PART.search(name):
            parts.setdefault(_PART.sub("", name), []).append(int(match[1]))
    for name, numbers in parts.items():
        note_gaps(source, numbers, name)


def _read_channel(source: Source, export: Export, name: str) -> Iterator[Batch]:
    n_messages, decoding = 0, build_decoder()
    for block in read_elements(source, name, "messages"):
        signed, positions = decode_block(block, decoding, name, source.losses)
        n_messages += len(signed)
        if signed:
            yield from read_records(source, export.channel, name, signed, positions)
    source.losses.balance(
        "messages", name, declared=export.message_count, found=n_messages
    )


def _build_group(export: Export, name: str) -> dict[str, Any]:
    channel = export.channel
    own = not channel.is_thread  # the parent's own export says what kind it is
    return {
        "group": channel.group,
        "label": channel.name if own else channel.category,
        "network": export.guild.id,
        "platform": "discord",
        "kind": channel.type if own else None,
        "created_us": _read_creation_time(channel.group),
        "parent": export.guild.id,
        "file": name,
        "position": 1,
    }


def _read_creation_time(snowflake: str) -> int | None:
    """Decode the creation time in a Discord channel's id, in µs."""
    if not snowflake.isdecimal() or int(snowflake) >> 22 == 0:
        return None
    return ((int(snowflake) >> 22) + EPOCH_MS) * 1000


def _is_truncated(source: Source, export: Export, name: str) -> bool:
    later_part = _PART.search(name) is not None and " [part 1]" not in name
    return bool(
        source.observed.get("left_truncated")
        or (export.date_range.after and not later_part)
    )


def _sort_parts(names: Sequence[str]) -> list[str]:
    """Return the JSON files of an export, in numeric order of parts."""
    files = [name for name in names if name.endswith(".json")] or names

    def number(name: str) -> tuple[str, int]:
        part = re.search(r" \[part (\d+)\]", name)
        return _PART.sub("", name), int(part[1]) if part else 0

    return sorted(files, key=number)
