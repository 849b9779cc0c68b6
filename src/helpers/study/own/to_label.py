"""Messages that people may be asked about: of a run's store, or of a plain file."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.study.store.store import Store, open_store
from helpers.text import redact

STORE = "store"
COLUMNS = ["message", "group", "time_us", "text"]
UNWRITTEN = pa.array(["notice", "system", "recalled"])


def messages_of(source: Path) -> pd.DataFrame:
    """Return messages with text: ``message, group, time_us, text``, masked.

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
        return written(_stores(source))
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            plain = source.suffix.lower() != ".csv"
            rows = _lines(file.read()) if plain else list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(source, error) from error
    if any(row.get("text") is None for row in rows):
        raise BrokenFileError(
            "there is no column text",
            where=str(source),
            remedy="give a CSV file with the columns group,text, or one message a line",
        )
    return _plain(rows)


def _lines(text: str) -> list[dict[str, str]]:
    return [{"text": line} for line in text.splitlines()]


def _plain(rows: list[dict[str, str]]) -> pd.DataFrame:
    texts = redact(pa.array([row["text"] for row in rows], pa.string()))
    frame = pd.DataFrame(
        {
            "message": [str(number) for number in range(1, len(rows) + 1)],
            "group": [row.get("group") or "all" for row in rows],
            "time_us": None,
            "text": texts.to_pylist(),
        }
    )
    return frame[frame["text"].str.strip().ne("")].reset_index(drop=True)


def _unreadable(source: Path, error: Exception) -> MissingSourceError | BrokenFileError:
    if isinstance(error, FileNotFoundError):
        remedy = "name the folder of a shequn run, or a file of messages"
        return MissingSourceError(
            "there is nothing here", where=str(source), remedy=remedy
        )
    return BrokenFileError(
        "this can't be read as text", where=str(source), remedy="save it as UTF-8"
    )


def _stores(folder: Path) -> list[Store]:
    states = sorted((folder / STORE).glob("*/state.json"))
    if not states:
        raise MissingSourceError(
            "there is no store here",
            where=str(folder),
            remedy="run shequn run on the exports first",
        )
    return [open_store(state.parent) for state in states]


def written(stores: list[Store]) -> pd.DataFrame:
    """Return what people wrote: ``message, group, time_us, text``.

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
    kept: pd.DataFrame = frame[
        _human(table) & frame["text"].fillna("").str.strip().ne("")
    ]
    once = kept.drop_duplicates(["group", "message"])
    return once[COLUMNS].reset_index(drop=True)


def _human(table: pa.Table) -> pd.Series[bool]:
    other = pc.or_(
        pc.fill_null(table["bot"], fill_value=False),
        pc.is_in(table["kind"].cast(pa.string()), UNWRITTEN),
    )
    human: pd.Series[bool] = pc.invert(other).to_pandas()
    return human
