"""Write QQ's text: byte-order mark, CRLF, hours without a leading zero."""

from __future__ import annotations

import re
from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import PLACEHOLDERS, qq_line, wall

FORMAT = "qq"
CARRIES: frozenset[Trait] = frozenset(
    {"ids", "joins", "inviters", "leaves", "kicks", "renames", "red_packets"}
)
RULE = "=" * 64
SYSTEM = "系统消息(10000)"


def write(community: Community, folder: Path) -> Path:
    """Write one text file; people's ids must be digits."""
    path = folder / "qq.txt"
    head = [
        "消息记录（此消息记录为文本格式，不支持重新导入）", "", RULE,
        "消息分组:我的QQ群", RULE, f"消息对象:{community.name}", RULE, "", "",
    ]  # fmt: skip
    blocks = [_block(one, community) for one in community.happenings]
    text = "\n".join(head) + "".join(blocks)
    with files.whole_file(path) as partial:
        partial.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    return path


def _block(one: Post | Change, community: Community) -> str:
    time = re.sub(" 0", " ", wall(one.time_us, community.zone), count=1)
    if isinstance(one, Change):
        return f"{time} {SYSTEM}\n{qq_line(one, community)}\n\n"
    if one.kind == "recalled":
        return ""
    content = PLACEHOLDERS.get(one.kind, one.text)
    return f"{time} {community.names[one.sender]}({one.sender})\n{content}\n\n"
