"""Write MemoTrace's plain text: names for ids, system lines on the header line."""

from __future__ import annotations

from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import PLACEHOLDERS, wall, wechat_line

FORMAT = "memotrace"
CARRIES: frozenset[Trait] = frozenset(
    {"joins", "inviters", "kicks", "renames", "red_packets"}
)


def write(community: Community, folder: Path) -> Path:
    """Write one text file."""
    path = folder / f"{community.name}.txt"
    blocks = [_block(one, community) for one in community.happenings]
    files.write_text(path, "".join(blocks))
    return path


def _block(one: Post | Change, community: Community) -> str:
    time = wall(one.time_us, community.zone)
    if isinstance(one, Change):
        line = wechat_line(one, community)
        return f"{time} {line}\n\n" if line else ""
    name = community.names[one.sender]
    if one.kind == "recalled":
        return f'{time} "{name}" 撤回了一条消息\n\n'
    return f"{time} {name}\n{PLACEHOLDERS.get(one.kind, one.text)}\n\n"
