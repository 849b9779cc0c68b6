"""A city's groups: dated ones only, by industry, with guests and last events."""

from __future__ import annotations

from helpers.records import DAY_US
from helpers.study import open_study
from pipeline.corpora.sources import nashville_meetup
from tests.raw_corpora import needs_raw, read_whole


def _made(counted, groups, events="", guests=""):
    return counted(
        nashville_meetup,
        groups__csv__gz="group,category,members_2017_10,organizer,created_estimated\n"
        + groups,
        events__csv__gz="group,day,hour\n" + events,
        member_groups__csv__gz="member,group,rsvps,is_organizer\n" + guests,
    )


def _facts(made, name):
    facts = made.tables["facts"]
    return facts.loc[facts["fact"].eq(name), "value"].tolist()


def test_a_group_older_than_the_window_enters_at_its_start(counted):
    """It was at risk before, unseen; a later one enters when founded."""
    made = _made(counted, "1,Tech,9,1,2012-05-01\n2,Singles,9,1,2016-05-01\n")
    entered = (made.groups["entry_us"] - made.groups["origin_us"]) // DAY_US
    assert entered.tolist() == [1279, 0]
    assert made.groups["kind"].tolist() == ["Tech", "social"]


def test_a_group_without_a_day_of_founding_is_excluded(counted):
    """It was founded in the last half year, too late to be followed."""
    made = _made(counted, "1,Tech,9,1,\n2,Tech,9,1,2016-05-01\n")
    assert made.became == {"founded after the last dated number": 1}
    assert made.groups["key"].tolist() == ["group 2"]


def test_organisers_without_an_rsvp_are_not_counted_as_guests(counted):
    """Nor is a person counted twice."""
    made = _made(
        counted,
        "1,Tech,9,1,2016-05-01\n",
        "1,0,10\n1,30,10\n",
        "5,1,3,0\n6,1,0,1\n",
    )
    assert _facts(made, "guests") == [1]
    assert _facts(made, "events") == [2]


@needs_raw
def test_silent_members_are_recomputed_from_raw_files():
    """Independent recomputation: silent members of groups with six events."""
    study = "nashville_meetup"
    groups = read_whole(study, "groups.csv.gz").dropna(subset="created_estimated")
    events = read_whole(study, "events.csv.gz")["group"].value_counts()
    came = read_whole(study, "member_groups.csv.gz").query("rsvps > 0")
    guests = came.groupby("group")["member"].nunique()
    often = groups[groups["group"].map(events) >= 6].set_index("group")
    silent = (often["members_2017_10"] - guests.reindex(often.index)).clip(lower=0)
    wide = (
        open_study(study)
        .table("facts")
        .pivot_table(index="group", columns="fact", values="value")
    )
    own = wide[wide["events"] >= 6]
    assert len(own) == len(often)
    assert (own["members"] - own["guests"]).clip(lower=0).sum() == silent.sum()
