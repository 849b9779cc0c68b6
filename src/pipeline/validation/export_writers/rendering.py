"""Fill in the template of an export from a group, and write the files it begins."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, partial
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, StrictUndefined, Template

from helpers.files import replace_file
from helpers.records import DAY_US, MINUTE_US, SECOND_US
from pipeline.validation.export_writers.community import (
    Change,
    Community,
    Post,
    Trait,
    Writer,
)

MARK = "\0"  # around what is said of a file: name, encoding, line ends
BETWEEN_ROWS = re.compile(r"(?<=[}\]])\s*\n\s*(?=[{\[])")
PLACEHOLDERS = {"image": "[图片]", "red_packet": "[红包]"}
SIZES = {"page": 50, "chunk": 20}  # messages of PyWxDump's and of QCE's files
DISCORD_MS = 1_420_070_400_000


class Raw(str):
    """What is written as it is: the marks of files, and what a macro says."""

    __slots__ = ()


def list_templates() -> dict[str, Writer]:
    """Return the writers of all templates, by the templates' names."""
    folder = files(__package__).joinpath("templates")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        about, _, carries = file.read_text("utf-8").split("#}")[0].partition("carries:")
        name = file.name.partition(".")[0]
        form = re.search(r"format: (\w+)", about)
        found[name] = Writer(
            form[1] if form else name,
            partial(write_template, file.name),
            frozenset(msgspec.convert(carries.split(), list[Trait])),
            unit_us=MINUTE_US if "to the minute" in about else SECOND_US,
        )
    return found


def write_template(name: str, community: Community, folder: Path) -> Path:
    """Write an export into a folder; return its file, or its own folder."""
    told = _load_template(name).render(describe_group(community))
    _, *parts = told.split(MARK)
    each = iter(parts)
    for file, encoding, newline, text in zip(each, each, each, each, strict=True):
        content = _format_file(Path(file).suffix, text.removeprefix("\n"))
        with replace_file(folder / file) as partial_:
            partial_.write_bytes(content.replace("\n", newline).encode(encoding))
    return folder / Path(parts[0]).parts[0]


def _format_file(suffix: str, text: str) -> str:
    if suffix == ".txt":
        return text
    text = BETWEEN_ROWS.sub(",\n", text)
    if suffix == ".json":
        return json.dumps(json.loads(text), ensure_ascii=False)
    rows = json.loads(f"[{text}]")
    if suffix == ".jsonl":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    held = io.StringIO(newline="")
    csv.writer(held).writerows(rows)
    return held.getvalue()


@cache
def _load_template(name: str) -> Template:
    is_text = name.endswith(".txt")
    environment = Environment(
        autoescape=False,  # noqa: S701 - no page: JSON, or a chat's plain text
        finalize=None if is_text else _to_json,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plus": lambda row, **more: row | more, "raw": Raw}
    environment.tests["change"] = lambda happening: isinstance(happening, Change)
    environment.globals |= {
        "file": lambda name, encoding="utf-8", newline="\n": Raw(
            MARK + MARK.join([name, encoding, newline]) + MARK
        ),
        "comma": lambda loop: Raw("" if loop.last else ", "),
        "s": to_seconds,
        "ms": lambda time_us: time_us // 1000,
        "utc": lambda time_us: to_local(time_us, "UTC").isoformat(),
        "html": html.escape,
        "snowflake": build_snowflake,
        "placeholders": PLACEHOLDERS,
        "sizes": SIZES,
    }
    text = files(__package__).joinpath("templates", name).read_text("utf-8")
    return environment.from_string(text)


def _to_json(value: object) -> str:
    return value if isinstance(value, Raw) else msgspec.json.encode(value).decode()


def describe_group(community: Community) -> dict[str, Any]:
    """Return what a template can say of a group."""
    zone, posts = community.zone, community.posts
    dated = groupby(
        enumerate(community.happenings), lambda pair: pair[1].time_us // DAY_US
    )
    return {
        "g": community,
        "names": community.names,
        "names_of": lambda people: [community.names[person] for person in people],
        "posts": posts,
        "changes": community.changes,
        "happenings": community.happenings,
        "by_id": {post.id: post for post in posts},
        "nth": {post.id: nth for nth, post in enumerate(posts)},
        "answers": _list_answers(posts),
        "days": [
            (f"{to_local(day * DAY_US, 'UTC'):%Y-%m-%d}", list(own))
            for day, own in dated
        ],
        "wechat": [*_list_wechat_lines(community)],
        "qq": partial(_format_qq_line, community),
        "clock": lambda time_us: f"{to_local(time_us, zone):%Y-%m-%d %H:%M:%S}",
        "iso": lambda time_us: to_local(time_us, zone).isoformat(),
    }


def to_seconds(time_us: int) -> int:
    """Convert µs to whole seconds since 1970."""
    return time_us // SECOND_US


def to_local(time_us: int, zone: str) -> datetime:
    """Return the time on the wall of a zone, to the second."""
    moment = datetime.fromtimestamp(to_seconds(time_us), UTC)
    return moment.astimezone(ZoneInfo(zone))


def build_snowflake(time_us: int, number: int) -> str:
    """Build an id as Discord has them, which holds a time."""
    return str(((time_us // 1000 - DISCORD_MS) << 22) + number)


def _list_answers(posts: tuple[Post, ...]) -> dict[str, list[Post]]:
    """Group replies by the first post of their thread."""
    answers: dict[str, list[Post]] = {}
    roots = {post.id: post.id for post in posts}
    for post in posts:
        if post.reply_to:
            roots[post.id] = roots[post.reply_to]
            answers.setdefault(roots[post.id], []).append(post)
    return answers


def _list_wechat_lines(community: Community) -> Iterator[tuple[Post | Change, str]]:
    """Yield each message and event of a group as WeChat shows it."""
    for happening in community.happenings:
        if not isinstance(happening, Post):
            if line := _format_wechat_line(happening, community):
                yield happening, line
        elif happening.kind == "recalled":
            yield happening, f'"{community.names[happening.sender]}" 撤回了一条消息'
        else:
            yield happening, PLACEHOLDERS.get(happening.kind, happening.text)


def _format_wechat_line(change: Change, community: Community) -> str | None:
    actor = community.names.get(change.actor or "")
    subjects = "、".join(community.names[subject] for subject in change.subjects)
    if change.kind == "join" and not actor:
        return f'" {subjects}"通过扫描二维码加入群聊'
    lines = {
        "join": f'"{actor}"邀请"{subjects}"加入了群聊',
        "kick": f'"{actor}"将"{subjects}"移出了群聊',
        "rename": f'"{actor}"修改群名为“{change.value}”',
    }
    return lines.get(change.kind) if actor else None


def _format_qq_line(community: Community, change: Change) -> str:
    """Format a group event as QQ's system line."""
    actor, *subjects = (
        f"{community.names.get(person or '')}({person})"
        for person in (change.actor, *change.subjects)
    )
    whom = "、".join(subjects)
    if change.kind == "join":
        return (
            f"{actor} 邀请 {whom} 加入本群。" if change.actor else f"{whom} 加入本群。"
        )
    return {
        "leave": f"{whom} 已退出本群。",
        "kick": f"{whom} 被管理员 {actor} 移出本群",
        "rename": f"{actor} 修改群名为“{change.value}”",
    }[change.kind]
