"""Hand labels given to a study, checked against its store."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import BrokenFileError
from helpers.sentiment.labels.labelling import expected, readings
from helpers.sentiment.labels.learned import cross_read
from helpers.sentiment.labels.sample import KINDS, WHOLE_GROUPS, given, read_labels
from helpers.study.own.to_label import written
from helpers.study.store.store import Store

GIVEN = [
    "key", "kind", "score", "probability", "drawn", "label", "predicted", "time_us",
]  # fmt: skip


class HandLabels(NamedTuple):
    """What people said of some messages, and what instruments say of all.

    Attributes
    ----------
    given
        ``key, kind, score, probability, drawn, label, predicted, time_us``, a row a
        label.
    read
        ``key, kind, time_us, predicted``, a row a message and question.
    """

    given: pd.DataFrame
    read: pd.DataFrame


def read_hand_labels(path: Path, store: Store) -> HandLabels:
    """Return the labels given, with what instruments make of these messages today.

    `labels.csv` may have a column ``kind`` (one of `KINDS`); without it all are tone.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If the file can't be read, a row names a message or a kind that isn't there,
        or the sample was drawn from fewer or more messages than there are now.
    """
    labels, messages = read_labels(path), written([store])
    messages = messages.rename(columns={"group": "key"})
    _check(path, labels, messages)
    asked = given(labels).rename(columns={"group": "key"}).drop(columns="score")
    kinds = sorted(labels["kind"].unique())
    read = [_read(messages, asked[asked["kind"] == kind], kind) for kind in kinds]
    scored = pd.concat(read, ignore_index=True) if read else messages.iloc[:0]
    found = asked.merge(scored, on=["key", "message", "kind"], how="left")
    return HandLabels(found[GIVEN], scored[["key", "kind", "time_us", "predicted"]])


def _read(messages: pd.DataFrame, asked: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return what the instrument of a question says; without one, it is learnt."""
    scores = readings(messages["text"], kind)
    rows = messages.drop(columns="text").assign(kind=kind, score=scores)
    if not np.isnan(scores).all():
        return rows.assign(predicted=expected(scores, kind))
    named = pd.MultiIndex.from_frame(messages[["key", "message"]])
    at = named.get_indexer(pd.MultiIndex.from_frame(asked[["key", "message"]]))
    yes = asked["label"].eq("yes")
    learnt = cross_read(messages["text"].tolist(), at, yes, asked["key"])
    return rows.assign(predicted=learnt)


def _check(path: Path, labels: pd.DataFrame, messages: pd.DataFrame) -> None:
    known = set(zip(messages["key"], messages["message"], strict=True))
    columns = (labels[name] for name in ("group", "message", "kind"))
    for row, (group, message, kind) in enumerate(zip(*columns, strict=True), start=2):
        if kind not in KINDS:
            raise _wrong(path, row, "kind", f"one of {', '.join(KINDS)}")
        if (group, message) not in known:
            allowed = "a message of this store in its group"
            raise _wrong(path, row, "message", allowed)
    for kind in sorted(labels["kind"].unique()):
        rows = labels[labels["kind"] == kind]
        if rows["drawn"].eq(WHOLE_GROUPS).all():
            rows = rows.drop_duplicates("group")
            units, now = "groups", messages["key"].nunique()
        else:
            units, now = "messages", len(messages)
        drawn_from = round(float((1 / rows["probability"]).sum()))
        if drawn_from != now:
            raise BrokenFileError(
                f"the sample about {kind} is of {drawn_from} {units}, and there are"
                f" {now} now",
                where=str(path),
                remedy="draw a new one with shequn label, into another file",
            )


def _wrong(path: Path, row: int, column: str, allowed: str) -> BrokenFileError:
    return BrokenFileError(
        f"row {row}, column {column} can't be read",
        where=str(path),
        remedy=f"allowed: {allowed}",
    )
