"""When pairs who answered each other stop."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.measures.bonds import build_tie_life_table, find_reciprocal_ties
from helpers.records import DAY_US


def _edges(*rows):
    table = pd.DataFrame(rows, columns=["day", "member", "receiver"])
    return table.assign(group=7, age_us=table.pop("day") * DAY_US)


def _said(last, days=1):
    rows = [
        {"group": 7, "member": who, "age_us": day * DAY_US}
        for who, end in last.items()
        for day in sorted({*range(0, end, days), end})
    ]
    return pd.DataFrame(rows)


def test_tie_begins_with_the_first_reciprocal_reply():
    """What was answered one way before is no exchange of a tie."""
    edges = _edges((0, 1, 2), (5, 1, 2), (9, 2, 1), (12, 1, 2), (3, 1, 3))
    found = find_reciprocal_ties(edges, _said({1: 300, 2: 300, 3: 300}))
    assert (found["age_us"] / DAY_US).tolist() == [9, 12]
    assert set(found["formed_us"]) == {9 * DAY_US}
    assert set(found["volume"]) == {3}  # both had written ten times


@pytest.mark.parametrize("seed", range(3))
def test_life_tables_agree_with_loops(seed):
    """Spans of 28 days, of the pairs that were watched to the end of each."""
    rng = np.random.default_rng(seed)
    who = np.array([rng.permutation(6)[:2] for _ in range(400)])
    rows = zip(np.sort(rng.integers(0, 700, 400)), *who.T, strict=True)
    edges = _edges(*rows)
    last = {n: int(end) for n, end in enumerate(rng.integers(300, 800, 6))}
    found = build_tie_life_table(find_reciprocal_ties(edges, _said(last)))
    expected = np.zeros((12, 2), int)
    for one in range(6):
        for other in range(one + 1, 6):
            there = edges[(edges["member"] == one) & (edges["receiver"] == other)]
            back = edges[(edges["member"] == other) & (edges["receiver"] == one)]
            if there.empty or back.empty:
                continue
            began = max(there["age_us"].min(), back["age_us"].min()) // DAY_US
            days = sorted({*there["age_us"], *back["age_us"]})
            days = [day // DAY_US for day in days if day // DAY_US >= began]
            until = min(last[one], last[other])
            ends = [
                day
                for day, later in zip(days, [*days[1:], 10**6], strict=True)
                if later - day >= 60 and day + 60 <= until
            ]
            end = ends[0] - began if ends else None
            for nth in range(12):
                watched = until - 60 - began >= 28 * (nth + 1)
                if watched and (end is None or end >= 28 * nth):
                    expected[nth, 0] += 1
                    expected[nth, 1] += end is not None and end < 28 * (nth + 1)
    rows = found[found["event"] == "ended"].groupby("from_day")
    counts = (
        rows[["at_risk", "happened"]].sum().reindex(range(0, 336, 28), fill_value=0)
    )
    assert counts.to_numpy().tolist() == expected.tolist()
