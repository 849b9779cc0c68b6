"""Write MemoTrace's CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import seconds, wall, wechat_line

FORMAT = "memotrace"
CARRIES: frozenset[Trait] = frozenset(
    {
        "ids",
        "replies",
        "joins",
        "inviters",
        "kicks",
        "renames",
        "recalls",
        "red_packets",
    }
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


def write(community: Community, folder: Path) -> Path:
    """Write one CSV file with a byte-order mark and CRLF."""
    path = folder / f"{community.name}_utf8.csv"
    posts = {post.id: post for post in community.posts}
    with (
        files.whole_file(path) as partial,
        partial.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for at, one in enumerate(community.happenings, 1):
            if row := _row(one, community, posts):
                rows.writerow([at, 1, *row])
    return path


def _row(
    one: Post | Change, community: Community, posts: dict[str, Post]
) -> list[object] | None:
    time, shown = seconds(one.time_us), wall(one.time_us, community.zone)
    if isinstance(one, Change):
        line = wechat_line(one, community)
        return [10000, 0, 0, time, 2, line, shown, "", "", ""] if line else None
    name, (kind, sub) = community.names[one.sender], TYPES[one.kind]
    content = one.text if one.kind == "text" else "<msg></msg>"
    if one.kind == "recalled":
        content = f'"{name}" 撤回了一条消息'
    if one.reply_to and one.kind == "text":
        kind, sub, content = 49, 57, _quote(one, posts[one.reply_to])
    return [kind, sub, 0, time, 2, content, shown, name, name, one.sender]


def _quote(post: Post, quoted: Post) -> str:
    escaped = post.text.replace("&", "&amp;").replace("<", "&lt;").replace("]", "&#93;")
    return (
        f"<msg><appmsg><title>{escaped}</title><refermsg><chatusr>{quoted.sender}"
        f"</chatusr><createtime>{seconds(quoted.time_us)}</createtime></refermsg>"
        "</appmsg></msg>"
    )
