"""A city's free technical events, listed daily: first and last event of each group."""

from datetime import date

import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days
from pipeline.corpora.shared.registers import build_registry

WATCHED, END = date(2015, 6, 25), date(2018, 8, 30)  # half a year after the first list
PLATFORMS = ("meetup", "facebook")


def count(raw: RawFolder) -> Counted:
    """Build the registry of groups first seen after half a year of daily lists."""
    rows = raw.rows("events.csv")
    rows = rows.assign(day=to_days(rows["day"])).sort_values("day", kind="stable")
    first = rows.groupby("group")["day"].transform("min")
    early = first < to_day_us(WATCHED) // DAY_US
    listed = rows["platform"].isin(PLATFORMS).groupby(rows["group"]).transform("any")
    sold = ~early & ~listed
    kept = rows[~early & ~sold]
    groups = kept.groupby("group").agg(
        kind=("platform", "first"), first=("day", "min"), last=("day", "max")
    )
    table = groups.reset_index()
    return Counted(
        build_registry(
            pd.DataFrame({"key": "group " + table["group"].astype(str)}),
            network="singapore",
            kind=table["kind"],
            origin_us=table["first"] * DAY_US,
            end_us=to_day_us(END),
            last_us=table["last"] * DAY_US + DAY_US // 2,
        ),
        {},
        {
            "group seen in the first half year of watching": int(early.sum()),
            "name of a seller of events": int(sold.sum()),
        },
        {"events": len(kept)},
    )
