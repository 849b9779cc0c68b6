"""Chapters by their first meeting: planted hazards, and the pandemic."""

import numpy as np
import pandas as pd

from helpers.claims.quantities.beginnings import compare_first_meetings
from helpers.records import DAY_US
from tests.claims.planted import list_groups, plant

START = (pd.Timestamp("2017-01-01") - pd.Timestamp(0)).days
PANDEMIC = [
    (pd.Timestamp(at) - pd.Timestamp(0)).days for at in ("2020-03-01", "2022-01-01")
]


def _plant_chapters(ratio, *, number=900, seed=1):
    """Plant chapters that meet monthly; in the pandemic all end three times as fast.

    Those founded then mostly begin online.
    """
    rng = np.random.default_rng(seed)
    end = START + 3300
    born = START + rng.integers(0, 2500, number)
    inside = (born >= PANDEMIC[0]) & (born < PANDEMIC[1])
    online = rng.random(number) < np.where(inside, 0.9, 0.4)
    rows = []
    for group in range(number):
        day = int(born[group])
        while day < end:
            rows.append((group, day, bool(online[group])))
            during = PANDEMIC[0] <= day < PANDEMIC[1]
            hazard = 0.02 * (3 if during else 1) * (1 if online[group] else ratio)
            if rng.random() < hazard:
                break
            day += 30
    meetings = pd.DataFrame(rows, columns=["group", "day", "online"])
    meetings = meetings.assign(time_us=meetings["day"] * DAY_US, held=True)
    groups = list_groups(number, origin_us=born * DAY_US, end_us=end * DAY_US)
    return plant(groups, meetings=meetings)


def test_planted_hazard_of_offline_starts_is_recovered():
    """Chapters founded in the pandemic began online and ended soon, all the same."""
    for ratio in (0.5, 1.0):
        found = compare_first_meetings(_plant_chapters(ratio))
        assert found.low < ratio < found.high
        assert found.high / found.low < 2
