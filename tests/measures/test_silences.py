"""Silences are the long gaps, and only those."""

from __future__ import annotations

import pandas as pd

from helpers.measures.silences import silences
from helpers.records import DAY_US


def test_silences_agree_with_pandas(run, lazy, world):
    """Gaps of at least seven days are those of sorted times."""
    found = run.fetch(silences(lazy(world), 7), "group", "start_us")
    ordered = world.sort_values(["group", "time_us"])
    start = ordered.groupby("group")["time_us"].shift()
    long = ordered["time_us"] - start >= 7 * DAY_US
    gaps = ordered.assign(start=start)[long][["group", "start", "time_us"]]
    assert found.to_numpy().tolist() == gaps.to_numpy().tolist()
    assert len(found) > 9


def test_a_gap_of_exactly_28_days_is_a_silence(run, lazy):
    """The limit belongs to the silence; a microsecond less does not."""
    times = [0, 28 * DAY_US, 56 * DAY_US - 1]
    rows = pd.DataFrame({"group": 1, "time_us": times})
    found = run.fetch(silences(lazy(rows)), "start_us")
    assert found["start_us"].tolist() == [0]
