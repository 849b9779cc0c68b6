"""Pairs of a person's weeks, by loops."""

from collections import Counter

import numpy as np
import pandas as pd

from pipeline.publish.further import sum_load_differences, summarise_member_weeks


def _days(seed=1):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(rng.integers(0, [3, 5, 250], (400, 3)), columns=["g", "m", "d"])
    rows = rows.drop_duplicates().rename(
        columns={"g": "group", "m": "member", "d": "day"}
    )
    return rows.assign(messages=rng.integers(1, 9, len(rows)))


def _by_hand(days, lag):
    """Return the same cells, person by person and week by week."""
    said = Counter()
    for row in days.itertuples():
        said[row.member, row.group, row.day // 7] += row.messages
    last, cells = max(week for *_, week in said), Counter()
    state = {}
    for member in range(5):
        for week in range(last + 1):
            there = {g for g in range(3) for k in range(4) if said[member, g, week - k]}
            if there and week + lag <= last:
                heard = sum(
                    said[m, g, week] for g in there for m in range(5) if m != member
                )
                own, later = (
                    sum(said[member, g, w] for g in range(3))
                    for w in (week, week + lag)
                )
                state[member, week] = np.log2(1 + heard), np.log2(1 + own), later
    for (member, week), (heard, own, later) in state.items():
        before = state.get((member, week - 4 - lag))
        if before and later + before[2]:
            apart = (
                int(np.clip(np.round(heard - before[0]), -6, 6)),
                int(np.clip(np.round(own - before[1]), -4, 4)),
            )
            cells[(member, *apart, "earlier")] += before[2]
            cells[(member, *apart, "later")] += later
    return {key: n for key, n in cells.items() if n}


def test_pairs_are_those_of_loops():
    """Received, own and later messages of two weeks, four and the lag apart."""
    days = _days()
    for lag in (1, 3):
        found = sum_load_differences(summarise_member_weeks(days), lag)
        told = {
            (row.people_class, row.load, row.own, name): getattr(row, name)
            for row in found.itertuples()
            for name in ("earlier", "later")
            if getattr(row, name)
        }
        assert told == _by_hand(days, lag)
        assert told
