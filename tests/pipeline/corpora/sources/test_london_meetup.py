"""A city's technology groups: founding, first and last past event, what is planned."""

from __future__ import annotations

import pandas as pd

from helpers.records import DAY_US
from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole


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
