"""Read public corpora that were published in a chat app's export format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module

from helpers.errors import BrokenFileError
from helpers.formats import Source
from helpers.records import Batch
from pipeline.corpora.shared.corpus import RawFolder


def read_exported(raw: RawFolder, form: str, network: str) -> Iterator[Batch]:
    """Yield the message records that a chat-export reader finds in a corpus's files."""
    source = Source(raw.path)
    place = {
        name: recorded
        for name in source.names
        if (recorded := _find_record(name, raw.names))
    }
    source.names = tuple(place)
    raw.tally.update(dict.fromkeys(raw.names, 0))
    for batch in import_module(f"helpers.formats.{form}").read(source):
        if batch.kind == "message":
            raw.tally.update(place[name] for name in batch.table["file"].to_pylist())
        named = [network] * batch.table.num_rows
        yield batch.with_column("network", named) if batch.kind == "group" else batch
    if source.broken:
        raise source.broken
    if source.losses.rows:
        raise BrokenFileError(
            f"{source.losses.rows} rows can't be read",
            where=str(raw.path),
            remedy="fetch the files again (data/raw/README.md says how)",
        )


def _find_record(name: str, files: Sequence[str]) -> str:
    """Return the recorded file or folder that a raw file belongs to, or ""."""
    whole = (file for file in files if file.endswith("/") and name.startswith(file))
    return name if name in files else next(whole, "")
