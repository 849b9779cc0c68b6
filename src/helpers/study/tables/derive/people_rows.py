"""Tables on members by year and week; sums over people, for privacy."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from helpers.measures import portfolios
from helpers.records import DAY_US

PEOPLE_ROWS = frozenset({"portfolios_by_year", "loads"})


def build_people_rows(
    days: pd.DataFrame,
    groups: pd.DataFrame,
    wanted: Collection[str],
    day_offset_us: int = 0,
) -> dict[str, pd.DataFrame]:
    """Build tables on members by year and week from their daily message counts.

    Parameters
    ----------
    days
        ``group, member, day, messages``.
    groups
        The table of groups.
    wanted
        Names of tables.
    day_offset_us
        From UTC to the study's own clock.
    """
    tables = {}
    if "portfolios_by_year" in wanted:
        span = {
            name: (groups[of].astype("int64") + day_offset_us) // DAY_US
            for name, of in (("first_day", "origin_us"), ("last_day", "end_us"))
        }
        dated = groups[["group", "network"]].assign(**span)
        tables["portfolios_by_year"] = portfolios.count_groups_by_year(days, dated)
    if "loads" in wanted:
        weeks = portfolios.summarise_member_weeks(days)
        several = weeks.groupby("member")["groups"].max() > 1
        lags = portfolios.LAGS
        parts = [
            portfolios.sum_load_differences(weeks, lag).assign(lag=lag) for lag in lags
        ]
        tables["loads"] = pd.concat(parts, ignore_index=True).assign(
            people=len(several), in_several=int(several.sum())
        )
    return tables
