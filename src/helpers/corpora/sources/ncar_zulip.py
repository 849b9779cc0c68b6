"""NCAR's public Zulip archive, 2019–2025, with text, a file per topic.

The format's own reader reads it. `zulip_archives` counts the same messages without
their text, so that only what text and people's clock tell is published here.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpers.corpora.shared.corpus import RawFolder, load_description
from helpers.corpora.shared.exports import read_exported
from helpers.formats.zulip import zulip_archive
from helpers.records import Batch


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of a Zulip archive, from files with a recorded checksum only."""
    yield from read_exported(zulip_archive.read, raw, "ncar")


CORPUS = load_description("ncar_zulip", read)
