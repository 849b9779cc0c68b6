"""Write a plain table of messages as Parquet, its columns called as somebody liked."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers import files
from helpers.formats.reading.source import Options
from helpers.validation.export_writers import Community, table_csv

FORMAT, CARRIES = table_csv.FORMAT, table_csv.CARRIES
THEIRS = {
    "time": "发送时间", "sender": "who", "text": "内容", "group": "room", "id": "nr",
    "reply_to": "answers", "kind": "sort",
}  # fmt: skip
OPTIONS = Options(columns=THEIRS)


def write(community: Community, folder: Path) -> Path:
    """Write one file whose times are instants of Arrow's own type."""
    path = folder / "messages.parquet"
    table = pa.table(
        [
            pa.array([row[name] for row in table_csv.rows(community)], kind)
            for name, kind in _KINDS.items()
        ],
        names=[THEIRS[name] for name in _KINDS],
    )
    with files.whole_file(path) as partial:
        pq.write_table(table, partial, write_page_checksum=True)
    return path


_KINDS = dict.fromkeys(table_csv.COLUMNS, pa.string()) | {
    "time": pa.timestamp("s", "UTC")
}
