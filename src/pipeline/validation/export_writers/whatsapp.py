"""Write a simulated group as WhatsApp's text export from Android."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from helpers import files
from helpers.records import MINUTE_US, SECOND_US
from pipeline.validation.demo.community import Change, Community, Post, Writer

BODIES = {
    "image": "<Media omitted>",
    "red_packet": "<Media omitted>",
    "recalled": "This message was deleted",
}


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as a WhatsApp chat in text."""
    lines = [_format_line(happening, community) for happening in community.happenings]
    path = folder / f"WhatsApp Chat with {community.name}.txt"
    files.write_text(path, "".join(f"{line}\n" for line in lines))
    return path


def _format_line(happening: Post | Change, community: Community) -> str:
    moment = datetime.fromtimestamp(
        happening.time_us // SECOND_US, ZoneInfo(community.zone)
    )
    header = f"{moment:%Y/%m/%d, %H:%M} - "
    if isinstance(happening, Post):
        body = BODIES.get(happening.kind, happening.text)
        return f"{header}{community.names[happening.sender]}: {body}"
    return header + _build_notice(happening, community)


def _build_notice(change: Change, community: Community) -> str:
    actor = community.names.get(change.actor or "")
    subjects = ", ".join(community.names[subject] for subject in change.subjects)
    if change.kind == "join":
        joined = f"{subjects} joined using this group's invite link"
        return f"{actor} added {subjects}" if actor else joined
    if change.kind == "leave":
        return f"{subjects} left"
    if change.kind == "kick":
        return f"{actor} removed {subjects}"
    return f'{actor} changed the group name to "{change.value}"'


WRITERS = {
    "whatsapp": Writer(
        "whatsapp",
        write_export,
        frozenset({"joins", "inviters", "leaves", "kicks", "renames", "recalls"}),
        unit_us=MINUTE_US,
    )
}
