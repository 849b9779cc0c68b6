"""Core members, those kept and those won: planted effects."""

import numpy as np
import pandas as pd

from helpers.claims.quantities import core_members
from helpers.records import DAY_US
from tests.claims.planted import list_groups, plant


def _plant_rooms(seed, per_core, per_mild, number=300):
    rng = np.random.default_rng(seed)
    core, mild = rng.integers(3, 12, number), rng.integers(10, 60, number)
    middle = rng.integers(0, 10, number)
    mean = np.exp(2 + per_core * core + per_mild * mild)
    groups = list_groups(number)
    first = pd.DataFrame({"group": range(number), "month": 0, "core_8": core})
    first = first.assign(mild=mild, messages=100, posters=10, later_by_others=0)
    window = pd.DataFrame({"group": range(number), "window": "0-27", "members": np.nan})
    window = window.assign(observed=True, messages=100, posters=core + mild + middle)
    later = pd.DataFrame({"group": range(number), "later_by_others": rng.poisson(mean)})
    return plant(groups, months=first, windows=window, beginnings=later)


def test_a_core_member_worth_ten_mild_ones_is_recovered():
    """One more against ten fewer changes nothing, against one fewer it does."""
    room = _plant_rooms(1, 0.10, 0.01)
    ten = core_members.compare_fans_with_mild(room, mild=10.0)
    one = core_members.compare_fans_with_mild(room, mild=1.0)
    assert ten.low < 1 < ten.high < 1.1
    assert one.low < np.exp(0.09) < one.high
    assert one.low > 1


def test_kept_against_won_is_recovered():
    """Elasticities of 0.8 and 0.3: twice as many kept give 1.41 times as many."""
    rng, number = np.random.default_rng(2), 400
    kept, won = rng.integers(1, 40, (2, number))
    mean = np.exp(0.5 + 0.8 * np.log1p(kept) + 0.3 * np.log1p(won))
    months = pd.DataFrame({"group": range(number), "month": 1, "retained": kept})
    window = pd.DataFrame({"group": range(number), "window": "152-179"})
    window = window.assign(observed=True, messages=1, posters=rng.poisson(mean))
    room = plant(
        list_groups(number), months=months.assign(newcomers=won), windows=window
    )
    found = core_members.compare_kept_with_won(room)
    assert found.low < 2**0.5 < found.high
    assert found.low > 1.2


def test_months_after_a_backbone_are_compared_with_months_after_none():
    """Groups with five core members pause half as often in the month after."""
    rng, number, months, silences = np.random.default_rng(3), 600, [], []
    last = []
    for group in range(number):
        strong = group % 2
        for month in range(12):
            months.append((group, month, 6 if strong else 0, 50, 8))
            if rng.random() < (0.05 if strong else 0.10):
                day = 28 * (month + 1) + int(rng.integers(1, 27))
                silences.append((group, day * DAY_US, (day + 70) * DAY_US))
                last.append(day + 70)
                break
        else:
            last.append(900)
    names = ["group", "month", "core_8", "messages", "posters"]
    groups = list_groups(number, days=1000, first_us=0, early_messages=50)
    groups["last_us"] = (np.array(last) * DAY_US).astype("int64")
    gaps = pd.DataFrame(silences, columns=["group", "start_us", "end_us"])
    room = plant(groups, months=pd.DataFrame(months, columns=names), silences=gaps)
    found = core_members.compare_backbone(room)
    assert found.low < 0.5 < found.high < 0.9
