"""Days of meetings in person, and messages a day in the same people's workspace."""

from __future__ import annotations

import json

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days
from helpers.corpora.shared.registers import build_counted, build_registry_columns
from helpers.records import DAY_US

MEETINGS, WORKSPACE = "meetings.csv", "workspace"
CLOCK = "America/Chicago"
HUNDREDTHS = 100


def count(raw: RawFolder) -> Counted:
    """Count messages by day over all channels, and list the meetings."""
    meetings = raw.rows(MEETINGS)
    lines = pd.concat(
        [_read_channel(raw, name) for name in raw.names if name != MEETINGS]
    )
    written = lines["subtype"].isna()
    daily = lines[written].groupby("day", as_index=False).size()
    first, last = int(daily["day"].min()), int(daily["day"].max())
    met = to_days(meetings["last_rsvp_day"])
    inside = met.between(first, last)
    events = pd.DataFrame(
        {
            "key": WORKSPACE,
            "time_us": met * DAY_US,
            "kind": "meetup",
            "value": (meetings["overlap_with_jam_guests"] * HUNDREDTHS).round(),
        }
    )[inside].sort_values("time_us")
    return build_counted(
        _build_registry(first, last),
        {
            "events": events.assign(nth=range(len(events))),
            "daily": daily.rename(columns={"size": "messages"}).assign(
                key=WORKSPACE, posters=None, chars=None
            ),
        },
        {
            "joining or another notice": int((~written).sum()),
            "meeting outside the record of messages": int((~inside).sum()),
        },
        {"messages": int(written.sum()), "meetings": len(events)},
    )


def _read_channel(raw: RawFolder, folder: str) -> pd.DataFrame:
    """Return local day and Slack message subtype of each row in a channel's file."""
    lines = [
        (float(line["ts"]), line.get("subtype"))
        for path in sorted((raw.path / folder).glob("*.json"))
        for line in json.loads(path.read_text("utf-8"))
    ]
    raw.tally[folder] = len(lines)
    table = pd.DataFrame(lines, columns=["at", "subtype"])
    at = pd.to_datetime(table["at"], unit="s", utc=True).dt.tz_convert(CLOCK)
    days = (at.dt.tz_localize(None).dt.normalize() - pd.Timestamp(0)).dt.days
    return table.assign(day=days.astype("int64"))


def _build_registry(first: int, last: int) -> pd.DataFrame:
    registry_row = {
        "key": WORKSPACE,
        "network": "houston",
        "kind": WORKSPACE,
        "origin_us": first * DAY_US,
        "end_us": (last + 1) * DAY_US,
        "last_us": last * DAY_US,
    }
    return build_registry_columns(pd.DataFrame([registry_row]))


CORPUS = load_description("houston_meetups", count=count)
