"""Messages a month of each group: in the first third of its record and in the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from helpers.arrays import Ints

Direction = Literal["falls", "grows", ""]
LEAST_MONTHS = 6  # of a record that can fall or grow
TIMES = 2.0  # the means of the first and the last third differ by this factor at least
P_VALUE = 0.01  # of the slope, one-sided
LEAST_VARIANCE = 0.02  # around it, on the scale of logarithms


class Trend(NamedTuple):
    """Mean messages a month of a record's first and last third, of whole months."""

    since: str  # the first whole month
    until: str
    before: float
    after: float
    direction: Direction
    spread: float = float("inf")  # of log months around their line; of six or more

    @property
    def factor(self) -> float:
        """How many times as many messages as before, or as few."""
        low, high = sorted((self.before, self.after))
        return high / max(low, 0.5)


def count_months(daily: pd.DataFrame, last_days: pd.Series[int]) -> pd.DataFrame:
    """Count messages by group and whole month, months without any as 0.

    `daily`: ``group, day`` (since 1970) and ``messages``; `last_days`, by group: the
    last day of its record, which counts to its end: 31 January makes January whole.

    >>> days = pd.DataFrame({"group": 0, "day": [0, 30], "messages": 1})
    >>> [len(count_months(days, pd.Series({0: last}))) for last in (29, 30)]
    [0, 1]
    """
    days: Ints = daily["day"].to_numpy(np.int64)
    names, which = np.unique(daily["group"].to_numpy(np.int64), return_inverse=True)
    born = np.full(len(names), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(born, which, days)
    ends = last_days.reindex(names).to_numpy(np.int64)
    is_cut = born.astype("datetime64[D]") > born.astype("datetime64[D]").astype(
        "datetime64[M]"
    )
    first = _to_months(born) + is_cut  # the month that it began in was not whole
    size = np.maximum(_to_months(ends + 1) - first, 0)
    start = np.cumsum(size) - size
    at = _to_months(days) - first[which]
    inside = (at >= 0) & (at < size[which])
    counts = np.zeros(size.sum(), np.int64)
    messages = daily["messages"].to_numpy(np.int64)
    np.add.at(counts, (start[which] + at)[inside], messages[inside])
    month = np.arange(len(counts)) - np.repeat(start - first, size)
    return pd.DataFrame(
        {"group": np.repeat(names, size), "month": month, "messages": counts}
    )


def measure_trends(months: pd.DataFrame) -> Mapping[int, Trend]:
    """Measure how the messages a month of all groups changed over their records.

    A record of six whole months falls if the slope of log(messages + ½) is below 0
    (p ≤ .01, one-sided) and the mean month of its last third has at most half the
    messages of that of its first; it grows if both hold the other way round. Groups
    with fewer than three whole months have no thirds.

    `months`: of `count_months`.

    >>> days = pd.DataFrame(
    ...     {"group": 0, "month": range(6), "messages": [640, 320, 160, 80, 40, 20]}
    ... )
    >>> measure_trends(days)[0]
    Trend(since='1970-01', until='1970-06', before=480.0, after=30.0, direct...)
    """
    by = months.groupby("group")
    size = by["month"].transform("size")
    third, at = size // 3, by.cumcount()
    messages = months["messages"]
    parts = {"before": messages.where(at < third),
             "after": messages.where(at >= size - third)}  # fmt: skip
    rows = pd.DataFrame(parts).groupby(months["group"]).mean()
    rows = rows.assign(n=by.size(), since=by["month"].min(), **_fit_lines(months))
    rows["spread"] = rows["spread"].where(rows["n"] >= LEAST_MONTHS, np.inf)
    rows = rows[rows["n"] >= 3]  # noqa: PLR2004 - a third is a month at least
    falls = (rows["t"] < 0) & (rows["before"] >= TIMES * rows["after"])
    grows = (rows["t"] > 0) & (rows["after"] >= TIMES * rows["before"])
    sure = (rows["n"] >= LEAST_MONTHS) & (falls | grows)
    if sure.any():  # few need the distribution, which is slow to load
        least = scipy.special.stdtrit((rows["n"] - 2).clip(lower=1), P_VALUE)
        sure &= -np.abs(rows["t"]) <= least
    rows["direction"] = np.select([sure & falls, sure & grows], ["falls", "grows"], "")
    rows["until"] = _name_months(rows["since"] + rows["n"] - 1)
    rows["since"] = _name_months(rows["since"])
    return {int(row[0]): Trend(*row[1:]) for row in rows[[*Trend._fields]].itertuples()}


def compute_power(spread: float, months: int, factor: float) -> float:
    """Compute how often a fall by a factor a month is found in so uneven a record.

    >>> round(compute_power(0.5, 6, 0.7), 2), compute_power(0.1, 12, 0.7) > 0.99
    (0.38, True)
    """
    error = max(spread, LEAST_VARIANCE**0.5) / np.sqrt(months * (months**2 - 1) / 12)
    least = scipy.special.stdtrit(months - 2, P_VALUE)
    return float(scipy.special.nctdtr(months - 2, np.log(factor) / error, least))


def _fit_lines(months: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Fit log(messages + ½) by month: slope in standard errors `t`, and `spread`."""
    x = months["month"].astype(float)
    pair = pd.DataFrame({"x": x, "y": np.log(months["messages"] + 0.5)})
    pair -= pair.groupby(months["group"]).transform("mean")
    xx, xy, yy = pair["x"] ** 2, pair["x"] * pair["y"], pair["y"] ** 2
    products = pd.DataFrame({"n": 1, "xx": xx, "xy": xy, "yy": yy})
    sums = products.groupby(months["group"]).sum()
    slope = sums["xy"] / sums["xx"].where(sums["xx"] > 0)
    within = (sums["yy"] - slope * sums["xy"]) / (sums["n"] - 2).clip(lower=1)
    error = np.sqrt(within.clip(lower=LEAST_VARIANCE) / sums["xx"])
    return {"t": slope / error, "spread": within**0.5}


def sum_months(months: pd.DataFrame) -> list[tuple[str, int]]:
    """Sum the messages of all groups by month."""
    sums = months.groupby("month")["messages"].sum()
    names = _name_months(pd.Series(sums.index))
    return list(zip(names, map(int, sums), strict=True))


def _to_months(days: npt.NDArray[np.integer[Any]]) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _name_months(months: pd.Series[int]) -> list[str]:
    named: list[str] = np.datetime_as_string(
        months.to_numpy(np.int64).astype("datetime64[M]")
    ).tolist()
    return named
