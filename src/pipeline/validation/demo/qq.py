"""Write simulated groups as QQ's text, pasted text, and QQ Chat Exporter's JSON."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from helpers import files
from helpers.records import SECOND_US
from pipeline.validation.demo.community import (
    Change,
    Community,
    Post,
    Trait,
    Writer,
)
from pipeline.validation.demo.spelling import (
    PLACEHOLDERS,
    format_qq_line,
    format_wall_clock,
    write_json,
    write_json_lines,
)

RULE = "=" * 64
SYSTEM = "系统消息(10000)"
ELEMENTS = {"text": "text", "recalled": "text", "image": "image"}
CHUNK = 20  # messages


def write_text(community: Community, folder: Path) -> Path:
    """Write a simulated group as QQ's text export; member ids must be digits."""
    path = folder / "qq.txt"
    head = [
        "消息记录（此消息记录为文本格式，不支持重新导入）", "", RULE,
        "消息分组:我的QQ群", RULE, f"消息对象:{community.name}", RULE, "", "",
    ]  # fmt: skip
    blocks = [_format_block(happening, community) for happening in community.happenings]
    text = "\n".join(head) + "".join(blocks)
    with files.replace_file(path) as partial:
        partial.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    return path


def _format_block(happening: Post | Change, community: Community) -> str:
    time = re.sub(
        " 0", " ", format_wall_clock(happening.time_us, community.zone), count=1
    )
    if isinstance(happening, Change):
        return f"{time} {SYSTEM}\n{format_qq_line(happening, community)}\n\n"
    if happening.kind == "recalled":
        return ""
    content = PLACEHOLDERS.get(happening.kind, happening.text)
    return (
        f"{time} {community.names[happening.sender]}({happening.sender})\n{content}\n\n"
    )


def write_pasted(community: Community, folder: Path) -> Path:
    """Write a simulated group as pasted QQ text, without group events."""
    path, lines, today = folder / "pasted.txt", list[str](), ""
    for post in community.posts:
        day, clock = format_wall_clock(post.time_us, community.zone).split(" ")
        if day != today:
            lines.append(f"— —  {day}  — —\n")
        today = day
        lines.append(_build_entry(post, clock, community))
    files.write_text(path, "\n".join(lines))
    return path


def _build_entry(post: Post, clock: str, community: Community) -> str:
    name = community.names[post.sender]
    if post.kind == "recalled":
        return f"{name}撤回了一条消息\n"
    return f"{name}  {clock} \n{PLACEHOLDERS.get(post.kind, post.text)}\n"


def write_qce(community: Community, folder: Path) -> Path:
    """Write a simulated group as QQ Chat Exporter's JSON."""
    rows = _build_messages(community)
    return write_json(
        _build_head(community, rows) | {"messages": rows}, folder / "qce.json"
    )


def _build_head(community: Community, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Build the metadata of a QQ export, with the exporter's own counts."""
    counts = Counter(row["sender"]["uid"] for row in rows)
    senders = [{"uid": uid, "messageCount": n} for uid, n in sorted(counts.items())]
    return {
        "metadata": {"name": "QQChatExporter V5", "version": "5.5.80"},
        "chatInfo": {
            "name": community.name,
            "type": "group",
            "peerUin": community.id,
            "participantCount": len(community.members) or None,
        },
        "statistics": {"totalMessages": len(rows), "senders": senders},
    }


def _build_messages(community: Community) -> list[dict[str, Any]]:
    """Build the messages of a QQ export, including system lines."""
    return [
        _build_qce_row(at, happening, community)
        for at, happening in enumerate(community.happenings)
    ]


def _build_qce_row(
    at: int, happening: Post | Change, community: Community
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "timestamp": happening.time_us // (SECOND_US // 1000),
        "time": format_wall_clock(happening.time_us, community.zone),
        "recalled": False,
        "system": isinstance(happening, Change),
    }
    if isinstance(happening, Post):
        return row | _build_qce_post(happening, community)
    text = format_qq_line(happening, community)
    element = {"type": "system", "data": {"text": text}}
    return row | {
        "id": f"system-{at}",
        "sender": {"uid": "u_0", "uin": "0", "name": ""},
        "type": "system",
        "content": {"text": text, "elements": [element], "resources": []},
    }


def _build_qce_post(post: Post, community: Community) -> dict[str, Any]:
    name = community.names[post.sender]
    kind = ELEMENTS.get(post.kind, "json")
    elements: list[dict[str, Any]] = [{"type": kind, "data": {"text": post.text}}]
    if post.reply_to:
        elements.insert(0, {"type": "reply", "data": {"messageId": post.reply_to}})
    return {
        "id": post.id,
        "sender": {"uid": f"u_{post.sender}", "uin": post.sender, "name": name},
        "recalled": post.kind == "recalled",
        "type": "type_1",
        "content": {"text": post.text, "elements": elements, "resources": []},
    }


def write_qce_chunks(community: Community, folder: Path) -> Path:
    """Write a QQ export as manifest and chunks that overlap by one message."""
    root = folder / "qce_chunked_jsonl"
    rows = _build_messages(community)
    chunks = [rows[max(at - 1, 0) : at + CHUNK] for at in range(0, len(rows), CHUNK)]
    for number, chunk in enumerate(reversed(chunks), 1):
        write_json_lines(chunk, root / "chunks" / f"chunk_{number:04d}.jsonl")
    write_json(_build_head(community, rows), root / "manifest.json")
    write_json({}, root / "avatars.json")
    return root


QCE_CARRIES: frozenset[Trait] = frozenset(
    {
        "ids", "message_ids", "replies", "joins", "inviters", "leaves", "kicks",
        "renames", "recalls",
    }
)  # fmt: skip
WRITERS = {
    "qq": Writer("qq", write_text, frozenset({
        "ids", "joins", "inviters", "leaves", "kicks", "renames", "red_packets",
    })),
    "qq_pasted": Writer("qq", write_pasted, frozenset({"red_packets"})),
    "qce": Writer("qce", write_qce, QCE_CARRIES),
    "qce_chunks": Writer("qce", write_qce_chunks, QCE_CARRIES),
}  # fmt: skip
