"""Write ChatLab's JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Community, chatlab

FORMAT, CARRIES = chatlab.FORMAT, chatlab.CARRIES


def write(community: Community, folder: Path) -> Path:
    """Write one file of lines: the header, members, messages."""
    rows = [{"_type": "header"} | chatlab.header(community)]
    rows += [{"_type": "member"} | one for one in chatlab.members(community)]
    rows += [{"_type": "message"} | one for one in chatlab.messages(community)]
    path = folder / "chatlab.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    files.write_text(path, "\n".join(lines) + "\n")
    return path
