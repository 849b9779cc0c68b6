"""Meet-ups of a city: who is a group, and since when it is watched."""

from __future__ import annotations

from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole


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
