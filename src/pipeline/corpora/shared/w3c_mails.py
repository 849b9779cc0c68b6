"""Monthly mail counts of W3C groups, and months without mail after departures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.records import to_day_us

CULL = ("2023-03", "2023-04")  # mails of these months propose to close, and answer it
ROUND = ("2023-03-01", "2023-07-01")
RUNS, STARTS = (1, 2, 3), (2, 4)
BEFORE = 3


def count_by_month(entry: Mapping[str, Any]) -> dict[str, int]:
    """Return a group's mail count per month, omitting months without mail."""
    monthly_mails: dict[str, int] = entry["activity"].get("lists") or {}
    return {month: n for month, n in monthly_mails.items() if n}


def to_months(column: pd.Series[str]) -> pd.Series[int]:
    """Convert ISO dates or months to months since 1970.

    >>> to_months(pd.Series(["1970-01", "1971-02-03"])).tolist()
    [0, 13]
    """
    year, month = column.str[:4].astype("int64"), column.str[5:7].astype("int64")
    return (year - 1970) * 12 + month - 1


def is_culled(closed_us: pd.Series[float], kind: pd.Series[str]) -> pd.Series[bool]:
    """Return which groups W3C closed in its clearing out of 2023."""
    first, last = (to_day_us(date.fromisoformat(day)) for day in ROUND)
    return kind.eq("administrative") & closed_us.between(first, last - 1)


def _read_mails(path: Path) -> tuple[dict[str, dict[str, int]], int]:
    """Read mail counts by group and month, and the month of the last snapshot."""
    union = json.loads(path.read_text("utf-8"))
    (last,) = to_months(pd.Series([union["last_snapshot"]]))
    return {str(entry["id"]): count_by_month(entry) for entry in union["groups"]}, last


def find_last_mails(path: Path, groups: pd.DataFrame) -> pd.DataFrame:
    """Find the last day of the last month in which each group had mail.

    Mails of the great clearing out are no life of a group that was closed in it, and
    mails after a closing are none of the group's.
    """
    mails_by_group, _ = _read_mails(path)
    culled = is_culled(groups["closed_us"], groups["closed_kind"])
    rows = pd.DataFrame({"key": groups["key"], "fact": "last_mail_day"})
    months = [
        max(
            (m for m in mails_by_group.get(key, {}) if not (cull and m in CULL)),
            default=None,
        )
        for key, cull in zip(groups["key"], culled, strict=True)
    ]
    ends = pd.to_datetime(pd.Series(months, groups.index)) + pd.offsets.MonthEnd()
    closed = pd.to_datetime(groups["closed_us"], unit="us").dt.normalize()
    until = ends.mask(closed < ends, closed)
    days = (until - pd.Timestamp(0)) / pd.Timedelta(1, "D")
    return rows.assign(value=days).dropna(subset="value")


def find_silent_months(path: Path, gone: pd.DataFrame) -> pd.DataFrame:
    """Return the months from each departure until a group's mail stops, if ever."""
    mails_by_group, last = _read_mails(path)
    rows = [
        {**row, **silence}
        for row in gone.fillna({"until": last}).to_dict("records")
        for silence in _follow_departures(
            mails_by_group.get(str(row["key"]), {}), row, last
        )
    ]
    return pd.DataFrame(rows)


def _follow_departures(
    monthly_mails: Mapping[str, int], row: Mapping[Any, Any], last: int
) -> Sequence[dict[str, Any]]:
    """Return months until a group's first months without mail, or censoring."""
    kept = {m: n for m, n in monthly_mails.items() if not (row["culled"] and m in CULL)}
    mails = np.zeros(last, np.int64)
    if kept:
        at = to_months(pd.Series(list(kept))).to_numpy()
        inside = at < last
        mails[at[inside]] = np.array(list(kept.values()))[inside]
    month, until = int(row["month"]), int(min(row["until"], last))
    near = {
        "before": int(mails[month - BEFORE : month].sum()),
        "between": int(mails[month + 1 : month + 1 + BEFORE].sum()),
    }
    found = []
    for run, start in product(RUNS, STARTS):
        end = until - run + 1
        months = range(month + start, end)
        quiet = [at for at in months if not mails[at : at + run].any()]
        known = {"months": min(quiet, default=end) - month, "ended": bool(quiet)}
        found.append({"silent": run, "since": start, **near, **known})
    return found
