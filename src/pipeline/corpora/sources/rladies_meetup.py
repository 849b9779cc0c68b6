"""R-Ladies chapters on Meetup, 2012–2026: meetings and RSVPs.

Chapters are groups that meet first and talk later, if at all: no message was seen,
so a chapter's life is told by its meetings.
"""

from datetime import date

import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_instants
from pipeline.corpora.shared.registers import build_registry

CHAPTERS, EVENTS, CHANGES = "chapters.csv", "events.csv.gz", "status_changes.csv"
END_US = to_day_us(date(2026, 8, 23))  # the last snapshot was taken the day before
PLACES_FROM_US = to_day_us(date(2020, 1, 1))  # before it, nobody noted online places
UNLISTED = "of a chapter that is not listed (renamed or deleted)"


def count(raw: RawFolder) -> Counted:
    """Build tables of R-Ladies chapters: registry, meetings."""
    read = {
        name: raw.rows(name).rename(columns={"urlname": "key"})
        for name in (CHAPTERS, EVENTS, CHANGES)
    }
    chapters = read[CHAPTERS]
    here = {
        name: table[table["key"].isin(chapters["key"])] for name, table in read.items()
    }
    lost = {name: len(read[name]) - len(here[name]) for name in read}
    announced = _list_meetings(here[EVENTS])
    meetings = announced[announced["time_us"] < END_US]
    return Counted(
        _build_registry(chapters, meetings, here[CHANGES]),
        {"meetings": meetings},
        {
            f"a meeting {UNLISTED}": lost[EVENTS],
            "a meeting not yet held at the end": len(announced) - len(meetings),
            f"a change of status {UNLISTED}": lost[CHANGES],
        },
        {
            "chapters": len(chapters),
            "meetings": len(meetings),
            "changes of status": len(here[CHANGES]),
        },
    )


def _list_meetings(events: pd.DataFrame) -> pd.DataFrame:
    begun = to_instants(events["dateTime"]).astype("int64")
    online = events["online"].astype(object).eq(1).astype(object)
    unknown = (begun < PLACES_FROM_US) & ~online.astype(bool)
    return pd.DataFrame(
        {
            "key": events["key"],
            "nth": events["event_id"],
            "time_us": begun,
            "announced_us": to_instants(events["createdTime"]),
            "kind": events["kind"].fillna("other"),
            "held": events["status"].ne("CANCELLED"),
            "online": online.mask(unknown, None),
            "answers": events["yes"],
            "waiting": events["waitlist"],
        }
    )


def _build_registry(
    chapters: pd.DataFrame, meetings: pd.DataFrame, changes: pd.DataFrame
) -> pd.DataFrame:
    """Build the registry of chapters, with retirement dates."""
    held = meetings[meetings["held"]].groupby("key")["time_us"].max()
    at = to_days(changes["date"])
    # where the first listing already says so, the day is not known
    later = changes[(at > at.min()) & changes["status"].eq("inactive")]
    last = to_days(later["date"]).groupby(later["key"]).max()
    retired = chapters["key"].map(((last + 1) * DAY_US).astype("int64"))
    retired = retired.where(chapters["status"].eq("inactive"))
    return build_registry(
        chapters,
        label="R-Ladies " + chapters["city"],
        network="rladies",
        kind="chapter",
        origin_us=to_instants(chapters["founded"]),
        end_us=END_US,
        closed_us=retired,
        closed_kind="administrative",
        last_us=chapters["key"].map(held),
    )
