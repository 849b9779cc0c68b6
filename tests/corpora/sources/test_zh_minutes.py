"""The traps of minutes: two papers of a meeting, the invited, leads only."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import zh_minutes
from helpers.study import open_study

WORDS = "attendees,attendees_stated,offline_word,next_meeting_named"
MEETINGS = f"""community,group,meeting,date,list_kind,{WORDS}
paddle,pfcc,1,2022-04-14,planned,40,,0,0
paddle,pfcc,2,2022-04-14,attended,0,10,1,1
paddle,pfcc,3,2022-05-14,attended,7,,0,0
paddle,pfcc,4,,attended,0,,0,0
openharmony,sig_qa,5,2022-05-14,attended,2,,0,1
openharmony,PMC,6,2022-05-20,planned,9,,0,0
"""
PEOPLE = """community,group,meeting,date,person,list_kind
paddle,pfcc,1,2022-04-14,a,planned
paddle,pfcc,3,2022-05-14,a,attended
paddle,pfcc,2,2022-04-14,b,attended
paddle,pfcc,3,2022-05-14,b,attended
openharmony,sig_qa,5,2022-05-14,c,attended
"""


@pytest.fixture
def found(counted):
    """Count three groups."""
    return counted(zh_minutes, meetings__csv=MEETINGS, attendance__csv__gz=PEOPLE)


def test_records_of_one_day_are_one_meeting(found):
    """What is stated counts before what is listed; leads are nobody's attendance."""
    met = found.tables["meetings"].fillna({"answers": -1})
    told = met[["key", "kind", "answers"]].to_numpy().tolist()
    assert told == [
        ["openharmony/PMC", "agenda", -1],
        ["openharmony/sig_qa", "minutes", -1],
        ["paddle/pfcc", "minutes", 10],
        ["paddle/pfcc", "minutes", 7],
    ]


def test_invited_people_are_not_counted_as_attending(found):
    """Only lists of those who came make a life."""
    lives = found.tables["lives"][["cohort", "days", "people"]]
    assert lives.to_numpy().tolist() == [["first meeting", 30, 1], ["later", 0, 1]]
    told = found.tables["funnels"].query("cohort == 'meetings with both'")
    steps = told.set_index("step")["people"].to_dict()
    assert steps == {"came": 10, "invited": 40}


def test_group_is_observed_as_long_as_its_community(found):
    """It may have stopped filing before."""
    groups = found.groups.set_index("key")
    assert groups["end_us"]["openharmony/sig_qa"] == 19_133 * 86_400_000_000
    assert groups["kind"]["openharmony/PMC"] == "committee"


def test_one_time_attendees_equal_the_first_inspection():
    """OpenEuler's committee: 166 of 249; devboard 120 of 169; PMC 11 of 39."""
    study = open_study("zh_minutes")
    key = study.table("registry").set_index("group")["key"]
    told = study.table("funnels").query("cohort == 'everybody'")
    people = told.assign(key=told["group"].map(key)).set_index(["key", "step"])[
        "people"
    ]
    for name, once, all_ in (
        ("openeuler/TC", 166, 249),
        ("openharmony/sig_devboard", 120, 169),
        ("openharmony/PMC", 11, 39),
    ):
        assert people[name].to_dict() == {"listed": all_, "listed once": once}
