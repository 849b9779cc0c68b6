"""Hand labels given to a study, checked against its store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.errors import BrokenFileError
from helpers.sentiment.sample import KINDS, given, read_labels
from helpers.study.to_label import written

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from helpers.study.store import Store

__all__ = ["KINDS", "read_hand_labels"]


def read_hand_labels(path: Path, store: Store) -> pd.DataFrame:
    """Return the labels given: ``key, kind, score, probability, label``.

    `labels.csv` may have a column ``kind`` (one of `KINDS`); without it all are tone.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If the file can't be read, or a row names a message or a kind that isn't
        there.
    """
    labels = given(read_labels(path))
    messages = written([store])
    known = set(zip(messages["group"], messages["message"], strict=True))
    pairs = zip(
        labels.index, labels["group"], labels["message"], labels["kind"], strict=True
    )
    for row, group, message, kind in pairs:
        if kind not in KINDS:
            raise _wrong(path, row + 2, "kind", f"one of {', '.join(KINDS)}")
        if (group, message) not in known:
            allowed = "a message of this store in its group"
            raise _wrong(path, row + 2, "message", allowed)
    return labels.rename(columns={"group": "key"})[
        ["key", "kind", "score", "probability", "label"]
    ].reset_index(drop=True)


def _wrong(path: Path, row: int, column: str, allowed: str) -> BrokenFileError:
    return BrokenFileError(
        f"row {row}, column {column} can't be read",
        where=str(path),
        remedy=f"allowed: {allowed}",
    )
