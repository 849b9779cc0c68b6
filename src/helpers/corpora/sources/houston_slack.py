"""A Slack workspace, 2015–2016: the whole export, names and addresses removed.

The format's own reader reads it. Archived channels list nobody: their members are
those who were seen to join.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from helpers.corpora.shared.corpus import described
from helpers.errors import BrokenFileError
from helpers.formats import Source
from helpers.formats.slack import slack
from helpers.records import Batch

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["CORPUS"]

NETWORK = "houston"


def read(folder: Path, files: Sequence[str], tally: Counter[str]) -> Iterator[Batch]:
    """Yield what Slack's reader yields, of the recorded files only.

    Raises
    ------
    BrokenFileError
        If a row can't be read.
    """
    source = Source(folder)
    source.names = tuple(name for name in source.names if name in set(files))
    tally.update(dict.fromkeys(files, 0))  # the two lists hold no messages
    for batch in slack.read(source):
        if batch.kind == "message":
            tally.update(batch.table["file"].to_pylist())
        yield _named(batch) if batch.kind == "group" else batch
    if source.losses.rows:
        raise BrokenFileError(
            f"{source.losses.rows} rows can't be read",
            where=str(folder),
            remedy="fetch the files again (data/raw/README.md says how)",
        )


def _named(batch: Batch) -> Batch:
    """Name the network, which an export of one workspace does not."""
    table, place = batch.table, batch.table.schema.get_field_index("network")
    network = pa.array([NETWORK] * len(table)).dictionary_encode()
    field = table.schema.field(place)
    return Batch("group", table.set_column(place, field, network.cast(field.type)))


CORPUS = described("houston_slack", read)
