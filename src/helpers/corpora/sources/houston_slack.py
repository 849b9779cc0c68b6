"""A Slack workspace, 2015–2016: a full export without names and addresses.

The format's own reader reads it. Archived channels list nobody: their members are
those who were seen to join.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpers.corpora.shared.corpus import RawFolder, load_description
from helpers.corpora.shared.exports import read_exported
from helpers.formats import slack
from helpers.records import Batch


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of a Slack export, from files with a recorded checksum only."""
    yield from read_exported(slack.read, raw, "houston")


CORPUS = load_description("houston_slack", read)
