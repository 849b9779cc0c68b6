"""A Slack workspace, 2015–2016: the whole export, names and addresses removed.

The format's own reader reads it. Archived channels list nobody: their members are
those who were seen to join.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpers.corpora.shared.corpus import described
from helpers.corpora.shared.exports import exported
from helpers.formats.slack import slack
from helpers.records import Batch


def read(folder: Path, files: Sequence[str], tally: Counter[str]) -> Iterator[Batch]:
    """Yield what Slack's reader yields, of the recorded files only."""
    yield from exported(slack.read, folder, files, "houston", tally)


CORPUS = described("houston_slack", read)
