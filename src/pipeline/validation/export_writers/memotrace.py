"""Write a simulated group as MemoTrace's WeChat export: CSV or text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from helpers import files
from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import (
    as_csv,
    format_wall_clock,
    format_wechat_lines,
    to_seconds,
)

COLUMNS = (
    "localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status",
    "StrContent", "StrTime", "Remark", "NickName", "Sender",
)  # fmt: skip
TYPES = {
    "text": (1, 0),
    "image": (3, 0),
    "red_packet": (49, 2001),
    "recalled": (10000, 4),
}


def write_csv(community: Community, folder: Path) -> Path:
    """Write a simulated group as MemoTrace's CSV."""
    posts = {post.id: post for post in community.posts}
    rows = [
        (at, 1, *_build_row(*line, community, posts))
        for at, line in enumerate(format_wechat_lines(community), 1)
    ]
    path = folder / f"{community.name}_utf8.csv"
    return as_csv([COLUMNS, *rows], path, "utf-8-sig")


def _build_row(
    happening: Post | Change, shown: str, community: Community, posts: dict[str, Post]
) -> list[object]:
    time, clock = (
        to_seconds(happening.time_us),
        format_wall_clock(happening.time_us, community.zone),
    )
    if isinstance(happening, Change):
        return [10000, 0, 0, time, 2, shown, clock, "", "", ""]
    name, (kind, sub) = community.names[happening.sender], TYPES[happening.kind]
    content = shown if happening.kind in {"text", "recalled"} else "<msg></msg>"
    if happening.reply_to and happening.kind == "text":
        kind, sub, content = 49, 57, _format_quote(happening, posts[happening.reply_to])
    return [kind, sub, 0, time, 2, content, clock, name, name, happening.sender]


def _format_quote(post: Post, quoted: Post) -> str:
    escaped = post.text.replace("&", "&amp;").replace("<", "&lt;").replace("]", "&#93;")
    return (
        f"<msg><appmsg><title>{escaped}</title><refermsg><chatusr>{quoted.sender}"
        f"</chatusr><createtime>{to_seconds(quoted.time_us)}</createtime></refermsg>"
        "</appmsg></msg>"
    )


def write_text(community: Community, folder: Path) -> Path:
    """Write a simulated group as MemoTrace's text."""
    path = folder / f"{community.name}.txt"
    files.write_text(path, "".join(_format_blocks(community)))
    return path


def _format_blocks(community: Community) -> Iterator[str]:
    for happening, shown in format_wechat_lines(community):
        head = format_wall_clock(happening.time_us, community.zone)
        if isinstance(happening, Post) and happening.kind != "recalled":
            head += f" {community.names[happening.sender]}\n"
        else:
            head += " "
        yield f"{head}{shown}\n\n"


WRITERS = {
    "memotrace_csv": Writer("memotrace", write_csv, frozenset({
        "ids", "replies", "joins", "inviters", "kicks", "renames", "recalls",
        "red_packets",
    })),
    "memotrace_txt": Writer(
        "memotrace",
        write_text,
        frozenset({"joins", "inviters", "kicks", "renames", "red_packets"}),
    ),
}  # fmt: skip
