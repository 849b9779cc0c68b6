"""A city's technology groups: founding, first and last past event, what is planned."""

from __future__ import annotations

import pandas as pd

from helpers.records import DAY_US
from helpers.study import open_study
from pipeline.corpora.sources import london_meetup
from tests.raw_corpora import needs_raw, read_whole


def _made(counted, groups, events=""):
    return counted(
        london_meetup,
        groups__csv__gz="group,created\n" + groups,
        events__csv__gz="group,date,status\n" + events,
    )


def test_a_planned_event_is_neither_counted_nor_the_last(counted):
    """It keeps its group active until the crawl and is no event yet."""
    made = _made(
        counted,
        "1,2015-01-01\n2,2015-01-01\n",
        "1,2015-01-11,past\n1,2016-02-01,upcoming\n2,2015-01-11,past\n",
    )
    end, last = made.groups["end_us"], made.groups["last_us"]
    assert (last[0], last[1]) == (end[0] - 1, 16_446 * DAY_US + DAY_US // 2)


def test_a_group_that_never_met_has_no_last_event(counted):
    """It counts from its founding and has no day of an event."""
    made = _made(counted, "1,2015-01-01\n")
    assert made.groups["last_us"].isna().all()
    assert made.groups["origin_us"].tolist() == [16_436 * DAY_US]


@needs_raw
def test_founding_and_event_dates_are_recomputed_by_a_loop():
    """Independent recomputation: founding and last event of every group."""
    groups = read_whole("london_meetup", "groups.csv.gz").to_dict("records")
    events = read_whole("london_meetup", "events.csv.gz").to_dict("records")
    study = open_study("london_meetup")
    registry = study.table("registry").set_index("key")
    assert len(registry) == len(groups)
    for group in groups:
        own = [one for one in events if one["group"] == group["group"]]
        days = sorted(
            pd.Timestamp(one["date"][:10]).value // 86_400_000_000_000
            for one in own
            if one["status"] == "past"
        )
        row = registry.loc[f"group {group['group']}"]
        assert row["origin_us"] == pd.Timestamp(group["created"][:10]).value // 1000
        planned = len(own) > len(days)
        assert (row["last_us"] == row["end_us"] - 1) == planned
        if days and not planned:
            assert row["last_us"] // DAY_US == days[-1]
