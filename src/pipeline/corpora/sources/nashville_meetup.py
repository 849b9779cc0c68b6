"""A city's Meetup groups by industry: founding, events of two years, guests."""

from datetime import date

import pandas as pd

from helpers.files import read_description
from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days
from pipeline.corpora.shared.registers import build_facts, build_registry

WINDOW = date(2015, 11, 1), date(2017, 10, 31)  # the day after the last
INDUSTRY = {
    name: coarse
    for coarse, of in read_description("nashville_meetup")["reading"].items()
    for name in of
}


def count(raw: RawFolder) -> Counted:
    """Build the registry of Meetup groups: industry, last event, guests."""
    groups = raw.rows("groups.csv.gz")
    events = raw.rows("events.csv.gz")
    guests = raw.rows("member_groups.csv.gz")
    dated = groups[groups["created_estimated"].notna()]
    table = _describe_groups(dated, events, guests)
    return Counted(
        _build_registry(table),
        {"facts": build_facts(table[["key", "events", "members", "guests"]])},
        {"founded after the last dated number": len(groups) - len(dated)},
        {
            "groups": len(dated),
            "events": len(events),
            "memberships of guests": len(guests),
        },
    )


def _describe_groups(
    groups: pd.DataFrame, events: pd.DataFrame, guests: pd.DataFrame
) -> pd.DataFrame:
    first = (WINDOW[0] - date(1970, 1, 1)).days
    on_day = events.groupby("group")["day"]
    came = guests[guests["rsvps"] > 0].groupby("group")["member"].nunique()
    number = groups["group"]
    return pd.DataFrame(
        {
            "key": "group " + number.astype(str),
            "industry": groups["category"].replace(INDUSTRY),
            "created": to_days(groups["created_estimated"]),
            "last_event": number.map(on_day.max()) + first,
            "events": number.map(on_day.size()),
            "members": groups["members_2017_10"],
            "guests": number.map(came),
        }
    )


def _build_registry(table: pd.DataFrame) -> pd.DataFrame:
    created = table["created"].astype("int64") * DAY_US
    return build_registry(
        table[["key"]],
        network="nashville",
        kind=table["industry"],
        origin_us=created,
        entry_us=created.clip(lower=to_day_us(WINDOW[0])),
        end_us=WINDOW[1],
        last_us=table["last_event"] * DAY_US + DAY_US // 2,
    )
