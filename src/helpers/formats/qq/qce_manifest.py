"""The chunks of a QQ Chat Exporter folder, and what its manifest says of them.

The manifest's shape has changed from version to version, so chunks are found by their
names; where it still lists them, its counts are balanced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.formats.reading.source import Source


def chunk_files(names: Sequence[str]) -> list[str]:
    """Return the chunk files, whatever the manifest of this version says of them."""
    return [name for name in names if name.endswith(".jsonl")]


def manifest_file(names: Sequence[str]) -> str | None:
    """Return the manifest, if there is one.

    >>> manifest_file(["chunks/chunk_0001.jsonl", "manifest.json"])
    'manifest.json'
    """
    return next((one for one in names if _own_name(one) == "manifest.json"), None)


def balance_chunks(
    source: Source,
    file: str,
    chunked: Any,  # noqa: ANN401  any JSON value
    found: Mapping[str, int],
) -> None:
    """Note chunks that hold more or less than the manifest says; missing ones are lost.

    Parameters
    ----------
    found
        Messages by chunk file.
    """
    here = {_own_name(name): (name, rows) for name, rows in found.items()}
    for name, declared in _declared(chunked).items():
        if name not in here:
            source.losses.lost("chunk in the manifest only", file, 0, declared)
        else:
            where, rows = here[name]
            what = "messages of a chunk"
            source.losses.balance(what, where, declared=declared, found=rows)


def _declared(chunked: Any) -> dict[str, int]:  # noqa: ANN401  any JSON value
    listed = chunked.get("chunks") if isinstance(chunked, dict) else None
    chunks = [one for one in listed or () if isinstance(one, dict)]
    named = [(one.get("fileName") or one.get("relativePath"), one) for one in chunks]
    return {
        _own_name(str(name)): one["count"]
        for name, one in named
        if name and isinstance(one.get("count"), int)
    }


def _own_name(name: str) -> str:
    return name.rsplit("/", 1)[-1]
