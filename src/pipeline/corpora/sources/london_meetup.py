"""A city's technology groups: days of founding and every event up to 2015."""

from datetime import date

import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days
from pipeline.corpora.shared.registers import build_registry

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
    noon = table["last_event"] * DAY_US + DAY_US // 2
    return Counted(
        build_registry(
            table[["key"]],
            network="london",
            kind="technology",
            origin_us=table["created"].astype("int64") * DAY_US,
            end_us=END_US,
            last_us=noon.mask(table["scheduled"], END_US - 1),  # is active at the end
        ),
        {},
        {},
        {
            "groups": len(groups),
            "events": int(past.sum()),
            "scheduled events": int((~past).sum()),
        },
    )
