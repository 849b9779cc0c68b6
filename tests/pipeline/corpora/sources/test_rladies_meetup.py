"""The traps of R-Ladies' chapters: holes, cancellations, retirements, the unlisted."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.corpora.sources import rladies_meetup

CHAPTERS = """urlname,city,founded,join_mode,is_private,status,desc_chars,rules_in_desc
a,Oslo,2019-01-01T00:00:00+01:00,OPEN,False,inactive,9,1
b,Lae,2025-01-01T00:00:00Z,APPROVAL,False,inactive,9,0
"""
EVENTS = """event_id,urlname,dateTime,createdTime,status,yes,waitlist,online,kind
3,a,2021-02-01T18:00:00+01:00,2021-01-01T00:00:00Z,CANCELLED,2,0,0,
1,a,2019-02-01T18:00:00+01:00,,PAST,5,1,0,launch
2,a,2020-06-01T18:00:00+02:00,2020-05-01T00:00:00Z,PAST,7,0,1,talks
4,b,2026-09-14T18:00:00Z,2026-08-01T00:00:00Z,ACTIVE,1,0,0,
5,gone,2020-01-01T18:00:00Z,2019-12-01T00:00:00Z,PAST,1,0,0,
"""
CHANGES = """urlname,date,status
a,2025-12-31,inactive
b,2025-12-31,active
b,2026-07-01,inactive
"""


@pytest.fixture
def found(counted):
    """Count two chapters, one of which never met."""
    return counted(
        rladies_meetup,
        chapters__csv=CHAPTERS,
        events__csv__gz=EVENTS,
        status_changes__csv=CHANGES,
    )


def test_undated_retirement_does_not_end_observation(found):
    """Inactive at the first listing has no day; later it has, that day included."""
    groups = found.groups.set_index("key")
    assert pd.isna(groups.loc["a", "closed_us"])
    assert groups.loc["a", "end_us"] == rladies_meetup.END_US
    day = pd.Timestamp(int(groups.loc["b", "closed_us"]), unit="us")
    assert (f"{day:%F}", groups.loc["b", "closed_kind"]) == (
        "2026-07-02",
        "administrative",
    )


def test_a_life_ends_with_the_last_meeting_held(found):
    """What was called off does not count, what is announced neither."""
    groups = found.groups.set_index("key")
    last = pd.Timestamp(int(groups.loc["a", "last_us"]), unit="us")
    assert f"{last:%F %H}" == "2020-06-01 16"
    assert pd.isna(groups.loc["b", "last_us"])
    assert found.became["a meeting not yet held at the end"] == 1


def test_place_of_early_meetings_is_unknown(found):
    """Before 2020 no online place was noted, so its absence says nothing."""
    meetings = found.tables["meetings"].sort_values("time_us")
    assert meetings["online"].tolist() == [None, True, False]
    assert meetings["held"].tolist() == [True, True, False]
