"""A forum with free, then closed, then paid entry, 1999–2026, by month.

The site and its parts are groups, and so are those who joined in each year: how many
of them still write, month by month, is what a gate could change.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_funnel,
    build_registry,
    build_snapshots,
)

MONTHLY, COHORTS = "monthly.csv", "cohorts.csv"
WHOLE = "all"
END = date(2026, 8, 1)  # the last month counted is July


def count(raw: RawFolder) -> Counted:
    """Build tables of a forum, its sections and yearly cohorts of joiners."""
    months = _add_dates(raw.rows(MONTHLY).rename(columns={"site": "key"}))
    read = raw.rows(COHORTS)
    whole = read[read["site"] == WHOLE]
    joiners = _add_dates(whole.assign(key="joined/" + whole["join_year"].astype("str")))
    renamed = joiners.rename(columns={"active_users": "active"})
    series = pd.concat([_count_by_month(months), renamed])
    return Counted(
        _build_registry(series, joiners),
        {
            "snapshots": build_snapshots(series),
            "funnels": _build_funnels(months),
        },
        {"a year's joiners in one part of the site": len(read) - len(whole)},
        {"months of the site": len(months), "months of joiners": len(joiners)},
    )


def _add_dates(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(day=to_days(table["month"] + "-01"))


def _count_by_month(months: pd.DataFrame) -> pd.DataFrame:
    """Count registrations, writers and posts to date per month."""
    contributions = months["posts"] + months["comments"]
    return months.assign(
        members=months["registered_cum"],
        joined=months["registered_new"],
        active=months["active1"],
        posts=contributions.groupby(months["key"]).cumsum(),
    )


def _build_registry(series: pd.DataFrame, joiners: pd.DataFrame) -> pd.DataFrame:
    """Build the registry of forum sections and joining cohorts."""
    by = series.groupby("key")["day"]
    table = pd.DataFrame({"first": by.min(), "last": by.max()}).reset_index()
    year = table["key"].str.extract(r"^joined/(\d{4})$")[0]
    kind = pd.Series("part of the site", table.index).mask(
        table["key"].eq(WHOLE), "site"
    )
    born = to_days((year + "-01-01").where(year.notna(), None))
    return build_registry(
        table,
        label="MetaFilter: " + table["key"],
        network="metafilter",
        kind=kind.mask(table["key"].isin(joiners["key"]), "joiners of a year"),
        origin_us=to_midnight(born.fillna(table["first"])),
        end_us=END,
        last_us=to_midnight(table["last"]),
    )


def _build_funnels(months: pd.DataFrame) -> pd.DataFrame:
    """Count a forum's registrations and first-time writers by year."""
    whole = months[months["key"] == WHOLE]
    steps = {
        "registered": whole["registered_new"],
        "wrote for the first time": whole["first_time_active"],
    }
    return build_funnel(whole.assign(cohort=whole["month"].str[:4]), steps)
