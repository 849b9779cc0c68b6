"""A city's technology groups: days of founding and every event up to 2015."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days
from helpers.corpora.shared.registers import (
    build_counted,
    build_registry_columns,
)
from helpers.records import DAY_US, to_day_us

END_US = to_day_us(date(2015, 12, 1))  # the day of the crawl


def count(raw: RawFolder) -> Counted:
    """Build the registry of groups with their first and last events."""
    groups, events = raw.rows("groups.csv.gz"), raw.rows("events.csv.gz")
    past = events["status"].eq("past")
    days = to_days(events["date"]).where(past).groupby(events["group"])
    number = groups["group"]
    table = pd.DataFrame(
        {
            "key": "group " + number.astype(str),
            "created": to_days(groups["created"]),
            "last_event": number.map(days.max()),
            "scheduled": number.isin(events.loc[~past, "group"]),
        }
    )
    return build_counted(
        _build_registry(table),
        {},
        {},
        {
            "groups": len(groups),
            "events": int(past.sum()),
            "scheduled events": int((~past).sum()),
        },
    )


def _build_registry(table: pd.DataFrame) -> pd.DataFrame:
    """Build the list of groups; one with a scheduled event is active at the end."""
    noon = table["last_event"] * DAY_US + DAY_US // 2
    return build_registry_columns(
        table[["key"]].assign(
            network="london",
            kind="technology",
            origin_us=table["created"].astype("int64") * DAY_US,
            end_us=END_US,
            last_us=noon.mask(table["scheduled"], END_US - 1),
        )
    )


CORPUS = load_description("london_meetup", count=count)
