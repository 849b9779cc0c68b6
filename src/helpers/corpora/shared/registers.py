"""Steps that registers of groups have in common: days, facts, lives and offices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from helpers.corpora.shared.corpus import Counted
from helpers.errors import ShequnError
from helpers.records import DAY_US

REGISTRY = (
    "key", "label", "network", "kind", "origin_us", "entry_us", "end_us", "closed_us",
    "closed_kind", "last_us",
)  # fmt: skip
SNAPSHOT = ("members", "joined", "readers", "active", "posts")


def counted(
    groups: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    became: Mapping[str, int],
    entered: Mapping[str, int],
) -> Counted:
    """Return what was counted; reasons that set nothing aside are not told."""
    aside: dict[str | None, int] = {
        why: number for why, number in became.items() if number
    }
    return Counted(groups=groups, tables=tables, became=aside, entered=entered)


def rows(folder: Path, name: str, tally: Counter[str]) -> pd.DataFrame:
    """Return the rows of a raw table, and count them."""
    table = pd.read_csv(folder / name, low_memory=False, encoding="utf-8")
    tally[name] = len(table)
    return table


def parts(
    folder: Path, files: Sequence[str], stem: str, tally: Counter[str]
) -> pd.DataFrame:
    """Return the rows of all recorded tables whose file name begins with a stem.

    A source that comes in several files of one kind is one table.

    Raises
    ------
    ShequnError
        If no file is recorded under that stem.
    """
    names = [name for name in files if name.rpartition("/")[2].startswith(stem)]
    if not names:
        raise ShequnError(
            f"no file is recorded whose name begins with {stem}",
            where=str(folder),
            remedy="record its checksum beside the reader",
        )
    tables = [rows(folder, name, tally) for name in names]
    return pd.concat(tables, ignore_index=True)


def days(column: pd.Series[str]) -> pd.Series[float]:
    """Return dates as whole days since 1970-01-01, nan where there is none.

    >>> days(pd.Series(["1970-01-02", None])).tolist()
    [1.0, nan]
    """
    at = pd.to_datetime(column.astype("str"), format="%Y-%m-%d", errors="raise")
    return (at - pd.Timestamp(0)) / pd.Timedelta(days=1)


def instants(column: pd.Series[str]) -> pd.Series[float]:
    """Return ISO times with their zone as microseconds, nan where there is none.

    >>> instants(pd.Series(["1970-01-01T09:00:00+08:00"])).tolist()
    [3600000000.0]
    """
    at = pd.to_datetime(column.astype("str"), utc=True, format="ISO8601")
    since = (at - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(microseconds=1)
    return since.round()


def registry(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a registry; what a source never tells is null."""
    return table.reindex(columns=list(REGISTRY))


def named(where: pd.Series[bool], word: str) -> pd.Series[str]:
    """Return a word where something holds, else null.

    >>> named(pd.Series([True, False]), "completed").isna().tolist()
    [False, True]
    """
    return pd.Series(word, where.index, dtype="str").where(where)


def named_by_first_day(
    place: pd.Series[str], kind: pd.Series[str], time_us: pd.Series[int]
) -> pd.Series[str]:
    """Return keys without names: kind, first day, and turn among those alike.

    Parameters
    ----------
    place
        The group of each row.
    kind, time_us
        Its kind, and when the row was written.

    Returns
    -------
    Series
        The key of each place.

    Examples
    --------
    >>> days = [86_400_000_000, 0, 3]
    >>> rows = pd.DataFrame({"place": ["b", "a", "b"], "kind": "k", "time_us": days})
    >>> named_by_first_day(rows["place"], rows["kind"], rows["time_us"]).to_dict()
    {'a': 'k/1970-01-01/1', 'b': 'k/1970-01-01/2'}
    """
    rows = pd.DataFrame({"place": place, "kind": kind, "time_us": time_us})
    first = rows.sort_values(["time_us", "place"]).drop_duplicates("place")
    day = pd.to_datetime(first["time_us"], unit="us").dt.strftime("%Y-%m-%d")
    stem = first["kind"] + "/" + day
    key = stem + "/" + (stem.groupby(stem).cumcount() + 1).astype("str")
    return key.set_axis(first["place"])


def facts(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row for each known value: ``key, fact, value``.

    Parameters
    ----------
    table
        One row a group, with ``key``.
    names
        Its column by the name of the fact.
    """
    wide = table[["key"]].assign(
        **{fact: table[name].astype("float64") for fact, name in names.items()}
    )
    long = wide.melt("key", var_name="fact", value_name="value")
    return long.dropna(subset="value").reset_index(drop=True)


def lives(memberships: pd.DataFrame) -> pd.DataFrame:
    """Count memberships (``key, measure, cohort, days, ending``) that are alike."""
    alike = ["key", "measure", "cohort", "days", "ending"]
    return (
        memberships.groupby(alike, as_index=False)
        .size()
        .rename(columns={"size": "people"})
    )


def holders(spells: pd.DataFrame, gone: str = "group gone") -> pd.DataFrame:
    """Return how many hold a role from each day on which that changes.

    Parameters
    ----------
    spells
        ``key, role, from_day, to_day, ending``; a spell that is open has no end.
    gone
        The ending of those whose group ended: nobody gave anything up.
    """
    came = spells.assign(day=spells["from_day"], came=1, went=0, change=1)
    closed = spells[spells["ending"] != "open"]
    left = (closed["ending"] != gone).astype("int64")
    went = closed.assign(day=closed["to_day"], came=0, went=left, change=-1)
    both = pd.concat([came, went])
    by = ["key", "role", "day"]
    steps = both.groupby(by, as_index=False)[["came", "went", "change"]].sum()
    held = steps.groupby(["key", "role"])["change"].cumsum()
    crowd = steps.groupby(["role", "day"])["went"].transform("sum")
    return steps.assign(holders=held, crowd=crowd).drop(columns="change")


def snapshots(counts: pd.DataFrame) -> pd.DataFrame:
    """Return ``key, day`` and what was counted; the other numbers are null."""
    return counts.reindex(columns=["key", "day", *SNAPSHOT])


def share_of_top(counts: pd.Series[int], part: float) -> float:
    """Return what share of a total the given part of people with the most has.

    >>> share_of_top(pd.Series([1, 1, 6, 2]), 0.25)
    0.6
    """
    ordered = counts.sort_values(ascending=False)
    return float(ordered.iloc[: round(len(ordered) * part)].sum() / ordered.sum())


def earlier(one: pd.Series[float], other: pd.Series[float]) -> pd.Series[float]:
    """Return the earlier of two times, or the one that is known.

    >>> earlier(pd.Series([1.0, None]), pd.Series([0.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    return one.where(~(other < one) & one.notna(), other)


def midnight(day: pd.Series[float]) -> pd.Series[float]:
    """Return the midnight that starts a day, in microseconds."""
    return day * DAY_US
