"""Write QQ Chat Exporter's chunked JSON Lines: out of order, and overlapping."""

from __future__ import annotations

import json
from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Community, qce
from helpers.validation.export_writers.spelling import as_json

FORMAT, CARRIES = qce.FORMAT, qce.CARRIES
CHUNK = 20


def write(community: Community, folder: Path) -> Path:
    """Write the manifest and chunks, the latest first, one message repeated in each."""
    root = folder / "qce_chunked_jsonl"
    rows = qce.messages(community)
    chunks = [rows[max(at - 1, 0) : at + CHUNK] for at in range(0, len(rows), CHUNK)]
    for number, chunk in enumerate(reversed(chunks), 1):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in chunk]
        path = root / "chunks" / f"chunk_{number:04d}.jsonl"
        files.write_text(path, "".join(lines))
    as_json(qce.head(community, rows), root / "manifest.json")
    as_json({}, root / "avatars.json")
    return root
