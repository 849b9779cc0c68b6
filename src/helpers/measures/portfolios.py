"""In how many groups people write, year by year, summed so that nobody is told.

Whoever wrote in a year and in the one before is compared with himself: given the sum
of both years, the ratio of their groups is the Poisson model's with an effect for each
such pair (Hausman, Hall and Griliches 1984).
"""

from __future__ import annotations

import pandas as pd

from helpers.measures.choices import CLASSES

LEAST = (1, 5, 10)  # messages in a group and year


def by_year(days: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return groups of people in two calendar years running, by year and by class.

    Returned are the columns of `portfolios_by_year` in docs/tables.md.

    `days` has ``group, member, day, messages``: a person's days. `groups` has ``group,
    network, first_day, last_day``: years wholly within the days of its network count.
    """
    year = _years(days["day"])
    said = days.assign(year=year).merge(groups[["group", "network"]], on="group")
    known = _whole_years(groups)
    said = said.merge(known, on=["network", "year"])
    keys = ["member", "year", "group"]
    sums = said.groupby(keys, as_index=False)["messages"].sum()
    born = groups.assign(year=_years(groups["first_day"])).merge(known)
    new = born.groupby("year").size().rename("new_groups")
    tables: list[pd.DataFrame] = []
    for least in LEAST:
        held = sums[sums["messages"] >= least].groupby(["member", "year"]).size()
        rows = held.rename("after").reset_index()
        pairs = rows.merge(
            rows.assign(year=rows["year"] + 1).rename(columns={"after": "before"}),
            on=["member", "year"],
        )
        pairs["class"] = pairs["member"] % CLASSES
        for by in ("year", "class"):
            told = pairs.groupby(by).agg(
                people=("member", "size"), before=("before", "sum"),
                after=("after", "sum"),
            )  # fmt: skip
            if by == "year":
                wrote = rows.groupby("year").size().rename("wrote")
                told = told.join(wrote, how="outer").join(new, how="left")
                told = told.fillna(0)
            told = told.rename_axis("nth").reset_index()
            tables.append(told.assign(by=by, least=least))
    return pd.concat(tables, ignore_index=True)


def _years(days: pd.Series[int]) -> pd.Series[int]:
    years: pd.Series[int] = pd.to_datetime(days, unit="D").dt.year.astype("int64")
    return years


def _whole_years(groups: pd.DataFrame) -> pd.DataFrame:
    """Return ``network, year`` of the calendar years wholly on record."""
    span = groups.groupby("network").agg(
        first=("first_day", "min"), last=("last_day", "max")
    )
    first = _years(span["first"] - 1) + 1  # one that begins on its first day is whole
    last = _years(span["last"] + 1) - 1
    rows = [
        (network, year)
        for network in span.index
        for year in range(first[network], last[network] + 1)
    ]
    return pd.DataFrame(rows, columns=["network", "year"]).astype({"year": "int64"})
