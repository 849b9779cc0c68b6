"""Count members' groups per year and messages received per week, as sums.

Whoever wrote in a year and in the one before is compared with himself: given the sum
of both years, the ratio of their groups is the Poisson model's with an effect for each
such pair (Hausman, Hall and Griliches 1984).

What people received in a week and wrote in a later one is summed over pairs of weeks
of one person, far enough apart that no message is the outcome of one and an exposure
in the other. Given what was written after both, the share written after the later one
depends on how the weeks differ, whatever the person's own level is (McFadden 1974).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.measures.choices import BEFORE, CLASSES
from helpers.records import WEEK_DAYS

LEAST = (1, 5, 10)  # messages in a group and year
LAGS = (1, 2, 3, 4)
MOST_LOAD, MOST_OWN = 6, 4  # doublings; more are told as so many


def count_groups_by_year(days: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Sum members' group counts in consecutive years, by year or member modulo 60.

    Parameters
    ----------
    days
        ``group, member, day, messages``: a person's days.
    groups
        ``group, network, first_day, last_day``: years wholly within the days of its
        network count.

    Returns
    -------
    DataFrame
        The columns of `portfolios_by_year` in docs/tables.md.
    """
    year = _list_years(days["day"])
    dated_days = days.assign(year=year).merge(groups[["group", "network"]], on="group")
    whole_years = _list_whole_years(groups)
    dated_days = dated_days.merge(whole_years, on=["network", "year"])
    keys = ["member", "year", "group"]
    sums = dated_days.groupby(keys, as_index=False)["messages"].sum()
    born = groups.assign(year=_list_years(groups["first_day"])).merge(whole_years)
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
            counts = pairs.groupby(by).agg(
                people=("member", "size"), before=("before", "sum"),
                after=("after", "sum"),
            )  # fmt: skip
            if by == "year":
                wrote = rows.groupby("year").size().rename("wrote")
                counts = counts.join(wrote, how="outer").join(new, how="left")
                counts = counts.fillna(0)
            counts = counts.rename_axis("nth").reset_index()
            tables.append(counts.assign(by=by, least=least))
    return pd.concat(tables, ignore_index=True)


def _list_years(days: pd.Series[int]) -> pd.Series[int]:
    years: pd.Series[int] = pd.to_datetime(days, unit="D").dt.year.astype("int64")
    return years


def _list_whole_years(groups: pd.DataFrame) -> pd.DataFrame:
    """List the calendar years in which each network is fully observed."""
    span = groups.groupby("network").agg(
        first=("first_day", "min"), last=("last_day", "max")
    )
    first = (
        _list_years(span["first"] - 1) + 1
    )  # one that begins on its first day is whole
    last = _list_years(span["last"] + 1) - 1
    rows = [
        (network, year)
        for network in span.index
        for year in range(first[network], last[network] + 1)
    ]
    return pd.DataFrame(rows, columns=["network", "year"]).astype({"year": "int64"})


def summarise_member_weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Summarise the messages each member received and wrote in each week.

    Parameters
    ----------
    days
        ``group, member, day, messages``.

    Returns
    -------
    DataFrame
        ``member, week, received`` (by others, in groups written in during the four
        weeks up to it), ``own``, ``groups``; weeks with such a group.
    """
    dated_days = days.assign(week=days["day"] // WEEK_DAYS)
    of = ["member", "group", "week"]
    own = dated_days.groupby(of, as_index=False)["messages"].sum()
    talk = own.groupby(["group", "week"], as_index=False)["messages"].sum()
    ahead = [own[of].assign(week=own["week"] + k) for k in range(BEFORE)]
    there = pd.concat(ahead).drop_duplicates()
    there = there[there["week"] <= own["week"].max()]
    heard = there.merge(talk.rename(columns={"messages": "all"}), "left")
    heard = heard.merge(own, "left").fillna({"all": 0, "messages": 0})
    heard["received"] = heard["all"] - heard["messages"]
    by = heard.groupby(["member", "week"], as_index=False)
    table: pd.DataFrame = by.agg(
        received=("received", "sum"), own=("messages", "sum"), groups=("group", "size")
    )
    return table


def sum_load_differences(rows: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Compare members' messages after weeks with more and with fewer received.

    Returned are ``people_class, load, own`` (doublings from the earlier to the later
    week), ``pairs``, and messages written after either: ``earlier, later``.

    Parameters
    ----------
    rows
        As `summarise_member_weeks` returns them.
    lag
        Weeks from the exposure to what is counted; below 0 for a negative control,
        messages that came after what is counted.
    """
    first = rows.groupby("member")["week"].min()
    wrote = rows[["member", "week", "own"]].rename(columns={"own": "later"})
    exposures = rows.merge(wrote.assign(week=wrote["week"] - lag), "left")
    exposures = exposures[exposures["week"] + lag <= rows["week"].max()].fillna(
        {"later": 0}
    )
    came = exposures["member"].map(first)
    exposures = exposures[exposures["week"] + lag >= came].copy()
    exposures["load"], exposures["doublings"] = (
        np.log2(1 + exposures[name]) for name in ("received", "own")
    )
    current = exposures[["member", "week", "load", "doublings", "later"]]
    before = current.assign(week=current["week"] + BEFORE + lag)
    both = current.merge(before, on=["member", "week"], suffixes=("", "_before"))
    both = both[both["later"] + both["later_before"] > 0]
    load, own = (
        (both[name] - both[f"{name}_before"]).round().clip(-most, most).astype("int64")
        for name, most in (("load", MOST_LOAD), ("doublings", MOST_OWN))
    )
    cells = pd.DataFrame(
        {
            "people_class": both["member"] % CLASSES,
            "load": load,
            "own": own,
            "pairs": 1,
            "earlier": both["later_before"],
            "later": both["later"],
        }
    )
    return cells.groupby(["people_class", "load", "own"], as_index=False).sum()
