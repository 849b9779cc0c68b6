"""Groups given by their owners as counts: a folder of files, one source.

Ages are true, dates are not: each group is dated to a week of its own from 2000 on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.own_groups.report.counts import COLUMNS, FEWEST, MASKED
from helpers.records import DAY_US
from pipeline.corpora.shared.corpus import Counted, RawFolder

NAME = "contributed"
EPOCH_DAY = 10_957  # 2000-01-01: dates are not given, so ages are counted from there
WEEK = 7
MOST_DAYS, MOST_MESSAGES = 20_000, 100_000  # of a group's age, and on a day
AGAIN = "a group that another file has as well"


def list_files(folder: Path) -> list[Path]:
    """List the contributions in a folder, by name."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise MissingSourceError(
            "no contribution is there", where=str(folder),
            remedy="put files of `shequn run --counts` into it",
        )  # fmt: skip
    return files


def read_contribution(file: Path) -> pd.DataFrame:
    """Read and check one file of counts."""
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise _refuse(file, f"can't be read ({error})") from error
    if tuple(table.columns) != COLUMNS:
        raise _refuse(file, f"its columns are not {', '.join(COLUMNS)}")
    if table.empty:
        raise _refuse(file, "has no row")
    for name in ("group", "day", "messages"):
        _require(file, table[name].str.fullmatch(r"\d{1,7}"), f"{name} is no count")
    people = table["people"].str.fullmatch(r"\d{1,7}") | table["people"].eq(MASKED)
    _require(file, people, "people is no count")
    word = r"[a-z][a-z ]{0,30}"
    for name in ("platform", "end"):
        _require(file, table[name].str.fullmatch(word), f"{name} is no plain word")
    whole = table.astype(dict.fromkeys(("group", "day", "messages"), "int64"))
    _check_plausibility(file, whole)
    return whole


def _check_plausibility(file: Path, table: pd.DataFrame) -> None:
    first = table.groupby("group")["day"].transform("first")
    ordered = table.groupby("group")["day"].diff().fillna(1) > 0
    few = pd.to_numeric(table["people"].replace(MASKED, "1"))
    for holds, fault in (
        (first.eq(0), "its group does not begin on day 0"),
        (ordered, "days are not in order, or twice there"),
        (table["day"].le(MOST_DAYS), f"day is beyond {MOST_DAYS:,}"),
        (table["messages"].le(MOST_MESSAGES), f"more than {MOST_MESSAGES:,} messages"),
        (few.le(table["messages"]), "more people than messages"),
        (~few.between(1, FEWEST - 1) | table["people"].eq(MASKED), "people unmasked"),
    ):
        _require(file, holds, fault)


def _require(file: Path, holds: pd.Series[bool], fault: str) -> None:
    if not holds.all():
        row = int(np.flatnonzero(~holds.to_numpy(bool))[0]) + 2  # row 1 is the header
        raise _refuse(file, f"row {row}: {fault}")


def _refuse(file: Path, what: str) -> BrokenFileError:
    return BrokenFileError(
        what, where=str(file), remedy="give the file as `shequn run --counts` wrote it"
    )


def count_contributions(files: Iterable[Path], tally: Counter[str]) -> Counted:
    """Build the tables of a source from files of counts.

    Each group begins in a week of its own, for its dates are not known. A group that
    an earlier file has, to the last count, is excluded. `tally` gets the messages of
    each file.
    """
    parts, seen = [], set[int]()
    became: dict[str | None, int] = {None: 0, AGAIN: 0}
    for nth, file in enumerate(files, 1):
        table = read_contribution(file)
        tally[file.name] = int(table["messages"].sum())
        for group, rows in table.groupby("group"):
            counts = rows[["day", "messages"]]
            mark = hash(tuple(counts.to_numpy().ravel().tolist()))
            again = mark in seen
            became[AGAIN if again else None] += int(rows["messages"].sum())
            seen.add(mark)
            if not again:
                parts.append(rows.assign(key=f"given {nth}-{int(str(group)):04}"))
    table = pd.concat(parts, ignore_index=True)
    order = {key: place for place, key in enumerate(table["key"].unique())}
    table["day"] += EPOCH_DAY + WEEK * table["key"].map(order)
    return Counted(_list_groups(table), {}, became, {}, _list_days(table, order))


def _list_groups(table: pd.DataFrame) -> pd.DataFrame:
    by = table.groupby("key", sort=True)
    closed = by["end"].first().eq("closed")
    end = (by["day"].last() + 1) * DAY_US
    return pd.DataFrame(
        {
            "key": list(by.groups),
            "label": list(by.groups),
            "network": NAME,
            "kind": by["platform"].first().to_numpy(),
            "created_us": np.nan,
            "seen_us": (by["day"].first() * DAY_US).to_numpy(),
            "closed_us": end.where(closed).to_numpy(),
            "closed_kind": closed.map({True: "notice", False: None}).to_numpy(),
            "end_us": end.to_numpy(),
            "member_count": np.nan,
        }
    )


def _list_days(table: pd.DataFrame, order: dict[str, int]) -> pd.DataFrame:
    """List days with messages; people are unidentified, so each group has one."""
    spoke = table[table["messages"] > 0]
    start = spoke["day"] * DAY_US
    return pd.DataFrame(
        {
            "key": spoke["key"],
            "person": spoke["key"].map(order),
            "day": spoke["day"],
            "messages": spoke["messages"],
            "chars": 0,
            "first_us": start,
            "last_us": start,
        }
    )


def count(raw: RawFolder) -> Counted:
    """Build the tables of all contributions; groups given twice count once."""
    return count_contributions([raw.path / name for name in raw.names], raw.tally)
