"""Meet-ups of a city: who is a group, and since when it is watched."""

from __future__ import annotations

from helpers.study import open_study
from pipeline.corpora.sources import webuild_singapore
from tests.raw_corpora import needs_raw, read_whole


def test_sellers_and_older_groups_are_left_out(counted):
    """A seller of tickets is no group; who is there in the first list may be older."""
    text = """group,platform,day,hour,rsvp
1,meetup,2015-01-02,19,5
1,meetup,2016-01-02,19,5
2,eventbrite,2016-01-02,19,
3,facebook,2016-01-02,19,
"""
    found = counted(webuild_singapore, events__csv=text)
    assert found.groups["key"].tolist() == ["group 3"]
    assert found.became["group seen in the first half year of watching"] == 2


@needs_raw
def test_groups_without_an_event_from_day_105_on_are_recounted():
    """Independent recomputation: first and last day of each name on two platforms."""
    rows = read_whole("webuild_singapore", "events.csv", parse_dates=["day"])
    spans = rows.groupby("group").agg(
        platforms=("platform", set), first=("day", "min"), last=("day", "max")
    )
    late = spans["first"] >= "2015-06-25"
    own = spans[
        late & spans["platforms"].map({"meetup", "facebook"}.intersection).map(bool)
    ]
    table = open_study("webuild_singapore").table("registry")
    days = (table["last_us"] - table["origin_us"]) // 86_400_000_000
    assert len(table) == len(own)
    expected = (own["last"] - own["first"]).dt.days.lt(105).sum()
    assert days.lt(105).sum() == expected
