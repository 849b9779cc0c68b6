"""Write what a telephone's QQ pastes: a line a day, names and clocks, bare notices."""

from __future__ import annotations

from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Community, Post, Trait
from helpers.validation.export_writers.spelling import PLACEHOLDERS, wall

FORMAT = "qq"
CARRIES: frozenset[Trait] = frozenset({"red_packets"})


def write(community: Community, folder: Path) -> Path:
    """Write one text file: messages by name, without what happened to the group."""
    path, lines, today = folder / "pasted.txt", list[str](), ""
    for post in community.posts:
        day, clock = wall(post.time_us, community.zone).split(" ")
        if day != today:
            lines.append(f"— —  {day}  — —\n")
        today = day
        lines.append(_entry(post, clock, community))
    files.write_text(path, "\n".join(lines))
    return path


def _entry(one: Post, clock: str, community: Community) -> str:
    name = community.names[one.sender]
    if one.kind == "recalled":
        return f"{name}撤回了一条消息\n"
    return f"{name}  {clock} \n{PLACEHOLDERS.get(one.kind, one.text)}\n"
