"""The messages of a run or a file that a user may be asked to label."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.study.store.store import Store, open_store
from helpers.text import redact_texts
from helpers.wording import say

STORE = "store"  # in the folder that `shequn run` makes
COLUMNS = ["message", "group", "text"]
UNWRITTEN = pa.array(["notice", "system", "recalled"])


def read_messages(source: Path) -> pd.DataFrame:
    """Read messages from a run, CSV or text file; mask names and contact details.

    Parameters
    ----------
    source
        The folder of a `shequn run`, a CSV file with a column ``text`` and, where
        there are several, ``group``, or a file of one message a line. Messages of a
        file go by their line's number.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If there is no such source, or it can't be read.
    """
    if source.is_dir():
        return select_written(_open_stores(source))
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
    """Select stored messages that people wrote, with group and text.

    Many formats give messages no id. Such a message goes by its time and its place
    among those of its group at that time, which later exports do not change.

    Raises
    ------
    BrokenFileError
        If a part of a store is damaged.
    """
    columns = ["group", "id", "time_us", "kind", "bot", "text"]
    parts = [path for store in stores for path in store.parts("message")]
    table = pa.concat_tables([pq.read_table(path, columns=columns) for path in parts])
    frame = table.select(["group", "id", "time_us", "text"]).to_pandas()
    nth = frame.groupby(["group", "time_us"], observed=True).cumcount()
    named = frame["time_us"].astype(str) + "-" + nth.astype(str)
    frame["message"] = frame["id"].where(frame["id"].notna(), named)
    frame["group"] = frame["group"].astype(str)
    human_messages: pd.DataFrame = frame[
        _select_people(table) & frame["text"].fillna("").str.strip().ne("")
    ]
    once = human_messages.drop_duplicates(["group", "message"])
    return once[COLUMNS].reset_index(drop=True)


def _select_people(table: pa.Table) -> pd.Series[bool]:
    other = pc.or_(
        pc.fill_null(table["bot"], fill_value=False),
        pc.is_in(table["kind"].cast(pa.string()), UNWRITTEN),
    )
    human: pd.Series[bool] = pc.invert(other).to_pandas()
    return human
