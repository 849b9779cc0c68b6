"""Hand labels of messages, checked against the stored messages."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.sentiment.labelling import predict_first_answer, read_instrument
from helpers.sentiment.labels import (
    KINDS,
    WHOLE_GROUPS,
    read_labels,
    select_labelled,
)
from helpers.study.store.store import Store, open_store
from helpers.text import redact_texts
from helpers.wording import say

STORE = "store"  # in the folder that `shequn run` makes
COLUMNS = ["message", "group", "time_us", "text"]
UNWRITTEN = pa.array(["notice", "system", "recalled"])
GIVEN = [
    "key", "kind", "score", "probability", "drawn", "label", "predicted", "time_us",
    "sender",
]  # fmt: skip


def read_messages(source: Path) -> pd.DataFrame:
    """Read messages from a run, CSV or text file; mask names and contact details.

    Parameters
    ----------
    source
        The folder of a `shequn run`, a CSV file with a column ``text`` and, where
        there are several, ``group``, or a file of one message a line. Messages of a
        file go by their line's number and have no time.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If there is no such source, or it can't be read.
    """
    if source.is_dir():
        return select_written(_open_stores(source))[COLUMNS]
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            if source.suffix.lower() == ".csv":
                rows = list(csv.DictReader(file))
            else:
                rows = [{"text": line} for line in file.read().splitlines()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _make_unreadable_error(source, error) from error
    if not rows:
        raise BrokenFileError(
            say("there is no message here"),
            where=str(source),
            remedy=say(
                "give a CSV file with the columns group,text, or one message a line"
            ),
        )
    if any(row.get("text") is None for row in rows):
        raise BrokenFileError(
            say("there is no column text"),
            where=str(source),
            remedy=say(
                "give a CSV file with the columns group,text, or one message a line"
            ),
        )
    return _select_plain(rows)


def _select_plain(rows: list[dict[str, str]]) -> pd.DataFrame:
    texts = redact_texts(pa.array([row["text"] for row in rows], pa.string()))
    frame = pd.DataFrame(
        {
            "message": [str(number) for number in range(1, len(rows) + 1)],
            "group": [row.get("group") or "all" for row in rows],
            "time_us": None,
            "text": texts.to_pylist(),
        }
    )
    return frame[frame["text"].str.strip().ne("")].reset_index(drop=True)


def _make_unreadable_error(
    source: Path, error: Exception
) -> MissingSourceError | BrokenFileError:
    if isinstance(error, FileNotFoundError):
        remedy = say("name the folder of a shequn run, or a file of messages")
        return MissingSourceError(
            say("there is no such file or folder"), where=str(source), remedy=remedy
        )
    return BrokenFileError(
        say("this can't be read as text"),
        where=str(source),
        remedy=say("save it as UTF-8"),
    )


def _open_stores(folder: Path) -> list[Store]:
    states = sorted((folder / STORE).glob("*/state.json"))
    if not states:
        raise MissingSourceError(
            say("there is no store here"),
            where=str(folder),
            remedy=say("run shequn run on the exports first"),
        )
    return [open_store(state.parent) for state in states]


def select_written(stores: list[Store]) -> pd.DataFrame:
    """Select stored messages that people wrote, with group, time, text and sender.

    Many formats give messages no id. Such a message goes by its time and its place
    among those of its group at that time, which later exports do not change.

    Raises
    ------
    BrokenFileError
        If a part of a store is damaged.
    """
    columns = ["group", "id", "time_us", "kind", "bot", "text", "sender"]
    parts = [path for store in stores for path in store.parts("message")]
    table = pa.concat_tables([pq.read_table(path, columns=columns) for path in parts])
    frame = table.select(["group", "id", "time_us", "text", "sender"]).to_pandas()
    nth = frame.groupby(["group", "time_us"], observed=True).cumcount()
    named = frame["time_us"].astype(str) + "-" + nth.astype(str)
    frame["message"] = frame["id"].where(frame["id"].notna(), named)
    frame["group"] = frame["group"].astype(str)
    human_messages: pd.DataFrame = frame[
        _select_people(table) & frame["text"].fillna("").str.strip().ne("")
    ]
    once = human_messages.drop_duplicates(["group", "message"])
    return once[[*COLUMNS, "sender"]].reset_index(drop=True)


def _select_people(table: pa.Table) -> pd.Series[bool]:
    other = pc.or_(
        pc.fill_null(table["bot"], fill_value=False),
        pc.is_in(table["kind"].cast(pa.string()), UNWRITTEN),
    )
    human: pd.Series[bool] = pc.invert(other).to_pandas()
    return human


class HandLabels(NamedTuple):
    """A user's labels of sampled messages, and classifier scores of all messages."""

    # ``key, kind, score, probability, drawn, label, predicted, time_us, sender``, a
    # row a label
    given: pd.DataFrame
    # ``key, kind, time_us, predicted``, a row a message and question
    read: pd.DataFrame


def read_hand_labels(path: Path, store: Store) -> HandLabels:
    """Read hand labels from a file and score the same messages by classifiers.

    `labels.csv` may have a column ``kind`` (one of `KINDS`); without it all are tone.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If the file can't be read, a row names a message or a kind that isn't there,
        or the sample was drawn from fewer or more messages than there are now.
    """
    labels, messages = read_labels(path), select_written([store])
    messages = messages.rename(columns={"group": "key"})
    _check_labels(path, labels, messages)
    given_labels = (
        select_labelled(labels).rename(columns={"group": "key"}).drop(columns="score")
    )
    kinds = sorted(labels["kind"].unique())
    read = [
        _score_messages(messages, given_labels[given_labels["kind"] == kind], kind)
        for kind in kinds
    ]
    scored = pd.concat(read, ignore_index=True) if read else messages.iloc[:0]
    scored_labels = given_labels.merge(
        scored, on=["key", "message", "kind"], how="left"
    )
    return HandLabels(
        scored_labels[GIVEN], scored[["key", "kind", "time_us", "predicted"]]
    )


def _score_messages(
    messages: pd.DataFrame, given_labels: pd.DataFrame, kind: str
) -> pd.DataFrame:
    """Score messages for one label question by a classifier."""
    scores = read_instrument(messages["text"], kind)
    rows = messages.drop(columns="text").assign(kind=kind, score=scores)
    if not np.isnan(scores).all():
        return rows.assign(predicted=predict_first_answer(scores, kind))
    named = pd.MultiIndex.from_frame(messages[["key", "message"]])
    at = named.get_indexer(pd.MultiIndex.from_frame(given_labels[["key", "message"]]))
    yes = given_labels["label"].eq("yes")
    # only where labels are given: its optimiser takes half a second to import
    from helpers.sentiment.learning import cross_read  # noqa: PLC0415

    learnt = cross_read(messages["text"].tolist(), at, yes, given_labels["key"])
    return rows.assign(predicted=learnt)


def _check_labels(path: Path, labels: pd.DataFrame, messages: pd.DataFrame) -> None:
    message_keys = set(zip(messages["key"], messages["message"], strict=True))
    columns = (labels[name] for name in ("group", "message", "kind"))
    for row, (group, message, kind) in enumerate(zip(*columns, strict=True), start=2):
        if kind not in KINDS:
            raise _make_cell_error(path, row, "kind", f"one of {', '.join(KINDS)}")
        if (group, message) not in message_keys:
            allowed = say("a message of this store in its group")
            raise _make_cell_error(path, row, "message", allowed)
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
                say(
                    "the sample about {kind} is of {drawn_from} {units},"
                    " and there are {now} now",
                    kind=kind,
                    drawn_from=drawn_from,
                    units=say(units),
                    now=now,
                ),
                where=str(path),
                remedy=say("draw a new one with shequn label, into another file"),
            )


def _make_cell_error(
    path: Path, row: int, column: str, allowed: str
) -> BrokenFileError:
    return BrokenFileError(
        say("row {row}, column {column} can't be read", row=row, column=column),
        where=str(path),
        remedy=say("allowed: {allowed}", allowed=allowed),
    )
