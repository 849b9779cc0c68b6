"""NCAR's public Zulip archive, 2019–2025, with text, a file per topic.

The format's own reader reads it. `zulip_archives` counts the same messages without
their text, so that only what text and people's clock tell is published here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from helpers.corpora.shared.corpus import RawFolder, Supplements, load_description
from helpers.corpora.shared.exports import read_exported
from helpers.formats.zulip import zulip_archive
from helpers.records import Batch


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of a Zulip archive, from files with a recorded checksum only."""
    yield from read_exported(zulip_archive.read, raw, "ncar")


def read_supplements(raw: RawFolder) -> Supplements:
    """Mark every stream as one in which people write as part of their job."""
    (archive,) = raw.names
    keys = sorted(
        path.name.partition("-")[0] for path in (raw.path / archive).glob("*-*")
    )
    rows = pd.DataFrame({"key": keys, "fact": "at_work", "value": 1.0})
    return Supplements(tables={"facts": rows})


CORPUS = load_description("ncar_zulip", read, beside=read_supplements)
