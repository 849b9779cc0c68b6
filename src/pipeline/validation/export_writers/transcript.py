"""Write a simulated group as a transcript, and as wx-cli's JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helpers import files
from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import (
    format_wall_clock,
    format_wechat_lines,
    to_seconds,
)

LABELS = {"text": "文本", "image": "图片", "red_packet": "红包", "recalled": "系统"}


def write_text(community: Community, folder: Path) -> Path:
    """Write a simulated group as wx-cli's text."""
    lines = [f"=== {community.name}[群] ({len(community.happenings)} 条) ===\n"]
    for happening, shown in format_wechat_lines(community):
        clock = format_wall_clock(happening.time_us, community.zone)
        lines.append(f"[{clock}] {_name_author(happening, community)}: {shown}")
    path = folder / f"wxcli_{community.name}.txt"
    files.write_text(path, "".join(f"{line}\n" for line in lines))
    return path


def _name_author(happening: Post | Change, community: Community) -> str:
    if isinstance(happening, Change) or happening.kind == "recalled":
        return "系统"
    return community.names[happening.sender]


def write_json(community: Community, folder: Path) -> Path:
    """Write a simulated group as wx-cli's JSON."""
    messages = [
        _build_message(happening, shown, community)
        for happening, shown in format_wechat_lines(community)
    ]
    chat = {
        "chat": community.name, "username": f"{community.id}@chatroom",
        "is_group": True,
        "chat_type": "group", "count": len(messages), "messages": messages,
    }  # fmt: skip
    path = folder / f"wxcli_{community.name}.json"
    files.write_text(path, json.dumps(chat, ensure_ascii=False))
    return path


def _build_message(
    happening: Post | Change, shown: str, community: Community
) -> dict[str, Any]:
    told = isinstance(happening, Change) or happening.kind == "recalled"
    who = "" if isinstance(happening, Change) else happening.sender
    label = "系统" if isinstance(happening, Change) else LABELS[happening.kind]
    return {
        "timestamp": to_seconds(happening.time_us), "type": label, "content": shown,
        "sender": community.names.get(who, ""), "sender_username": "" if told else who,
    }  # fmt: skip


WRITERS = {
    "transcript": Writer(
        "transcript",
        write_text,
        frozenset({"joins", "inviters", "kicks", "renames", "red_packets"}),
    ),
    "wxcli": Writer(
        "wxcli",
        write_json,
        frozenset({"joins", "inviters", "kicks", "renames", "red_packets"}),
    ),
}
