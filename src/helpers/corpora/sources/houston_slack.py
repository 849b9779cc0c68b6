"""A Slack workspace, 2015–2016: the whole export, names and addresses removed.

The format's own reader reads it. Archived channels list nobody: their members are
those who were seen to join.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.corpora.shared.corpus import described
from helpers.corpora.shared.exports import exported
from helpers.formats.slack import slack

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from helpers.records import Batch

__all__ = ["CORPUS"]


def read(folder: Path, files: Sequence[str], tally: Counter[str]) -> Iterator[Batch]:
    """Yield what Slack's reader yields, of the recorded files only."""
    yield from exported(slack.read, folder, files, "houston", tally)


CORPUS = described("houston_slack", read)
