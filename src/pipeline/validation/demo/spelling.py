"""Time formats and system-line wordings of the simulated chat exporters."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from helpers import files
from helpers.records import SECOND_US
from pipeline.validation.demo.community import Change, Community, Post

PLACEHOLDERS = {"image": "[图片]", "red_packet": "[红包]"}


def to_seconds(time_us: int) -> int:
    """Convert µs to whole seconds since 1970."""
    return time_us // SECOND_US


def format_wall_clock(time_us: int, zone: str) -> str:
    """Format a timestamp as local date and time in a zone.

    >>> format_wall_clock(1_700_000_000_000_000, "Asia/Shanghai")
    '2023-11-15 06:13:20'
    """
    moment = datetime.fromtimestamp(to_seconds(time_us), ZoneInfo(zone))
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def to_iso(time_us: int, zone: str = "UTC") -> str:
    """Format a timestamp as ISO 8601 with the zone's offset."""
    moment = datetime.fromtimestamp(to_seconds(time_us), UTC)
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def format_wechat_line(change: Change, community: Community) -> str | None:
    """Format a group event as WeChat's system line, or None."""
    actor = community.names.get(change.actor or "")
    subjects = "、".join(community.names[subject] for subject in change.subjects)
    if change.kind == "join" and actor:
        return f'"{actor}"邀请"{subjects}"加入了群聊'
    if change.kind == "join":
        return f'" {subjects}"通过扫描二维码加入群聊'
    if change.kind == "kick" and actor:
        return f'"{actor}"将"{subjects}"移出了群聊'
    if change.kind == "rename" and actor:
        return f'"{actor}"修改群名为“{change.value}”'
    return None


def format_wechat_lines(community: Community) -> Iterator[tuple[Post | Change, str]]:
    """Yield each message and event of a group as WeChat shows it."""
    for happening in community.happenings:
        if not isinstance(happening, Post):
            if line := format_wechat_line(happening, community):
                yield happening, line
        elif happening.kind == "recalled":
            yield happening, f'"{community.names[happening.sender]}" 撤回了一条消息'
        else:
            yield happening, PLACEHOLDERS.get(happening.kind, happening.text)


def format_qq_line(change: Change, community: Community) -> str | None:
    """Format a group event for one person as QQ's system line."""
    actor = _format_with_id(change.actor, community) if change.actor else None
    subject = "、".join(
        _format_with_id(subject, community) for subject in change.subjects
    )
    if change.kind == "join":
        return (
            f"{actor} 邀请 {subject} 加入本群。" if actor else f"{subject} 加入本群。"
        )
    if change.kind == "leave":
        return f"{subject} 已退出本群。"
    if change.kind == "kick":
        return f"{subject} 被管理员 {actor} 移出本群"
    return f"{actor} 修改群名为“{change.value}”"


def _format_with_id(person: str, community: Community) -> str:
    return f"{community.names[person]}({person})"


def write_json(value: Any, path: Path) -> Path:  # noqa: ANN401  any JSON value
    """Write a JSON file and return its path."""
    files.write_text(path, json.dumps(value, ensure_ascii=False))
    return path


def write_json_lines(rows: Iterable[Any], path: Path) -> Path:
    """Write rows as a JSON Lines file and return its path."""
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    files.write_text(path, "".join(f"{line}\n" for line in lines))
    return path


def as_csv(rows: Iterable[Sequence[object]], path: Path, encoding: str) -> Path:
    """Write rows as a CSV file with CRLF line ends and return its path."""
    with (
        files.replace_file(path) as partial,
        partial.open("w", encoding=encoding, newline="") as file,
    ):
        csv.writer(file).writerows(rows)
    return path
