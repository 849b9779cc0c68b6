"""Hand labels given to a study, checked against its store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from helpers.errors import BrokenFileError
from helpers.measures.engine import engine
from helpers.sentiment.sample import read_labels

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.study.store import Store

__all__ = ["KINDS", "read_hand_labels"]

KINDS = ("tone", "advertisement", "content", "off_topic", "question", "usefulness")


def read_hand_labels(path: Path, store: Store) -> pd.DataFrame:
    """Return the labels given: ``key, kind, score, probability, label``.

    `labels.csv` may have a column ``kind`` (one of `KINDS`); without it all are tone.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If the file can't be read, or a row names a message or a kind that isn't
        there.
    """
    labels = read_labels(path)
    kinds = pd.read_csv(path, dtype=str).get("kind")
    labels["kind"] = "tone" if kinds is None else kinds.fillna("tone")
    given = labels[labels["label"].notna()]
    with engine() as run:
        rows = run.scan(*store.parts("message")).select("group", "id")
        asked = run.frame(given[["message"]].rename(columns={"message": "id"}))
        found = run.fetch(
            rows.filter(~nw.col("id").is_null()).join(asked, on="id", how="semi"), "id"
        )
    known = set(zip(found["group"].astype(str), found["id"], strict=True))
    pairs = zip(
        given.index, given["group"], given["message"], given["kind"], strict=True
    )
    for row, group, message, kind in pairs:
        if kind not in KINDS:
            raise _wrong(path, row + 2, "kind", f"one of {', '.join(KINDS)}")
        if (group, message) not in known:
            allowed = "a message of this store in its group"
            raise _wrong(path, row + 2, "message", allowed)
    return given.rename(columns={"group": "key"})[
        ["key", "kind", "score", "probability", "label"]
    ].reset_index(drop=True)


def _wrong(path: Path, row: int, column: str, allowed: str) -> BrokenFileError:
    return BrokenFileError(
        f"row {row}, column {column} can't be read",
        where=str(path),
        remedy=f"allowed: {allowed}",
    )
