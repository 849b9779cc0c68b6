"""A message's tone beside that of others' messages before it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.measures import echoing
from helpers.measures.echoing import Sequence


def _talk(seed, pull, many=3000, day_tone=0.0):
    """Let messages follow the mean of others' ten before, or the tone of their day."""
    rng = np.random.default_rng(seed)
    writer = rng.integers(0, 30, many)
    day = np.arange(many) // 60
    mood = day_tone * rng.standard_normal(day[-1] + 1)[day]
    tone = np.zeros(many)
    for at in range(many):
        back = [b for b in range(max(at - 25, 0), at) if writer[b] != writer[at]][-10:]
        follow = pull * tone[back].mean() if len(back) == 10 else 0.0
        tone[at] = follow + mood[at] + rng.standard_normal()
    return Sequence(np.zeros(many, int), writer, day, tone, np.ones(many, bool))


def test_the_mean_of_others_last_ten_agrees_with_loops():
    """One's own messages are skipped, and those of other rooms."""
    told = _talk(1, 0.5, 300)
    room = np.arange(300) // 100
    found = echoing._average_previous_tone(room, told.writer, told.tone, 10)
    for at in range(300):
        back = [
            b for b in range(at) if room[b] == room[at]
            and told.writer[b] != told.writer[at]
        ][-10:]  # fmt: skip
        expected = told.tone[back].mean() if len(back) == 10 else np.nan
        assert found[at] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("constant", [True, False])
def test_sums_by_group_are_rounded_as_by_pandas(sort, constant):
    """Other sums in the last digit would change committed tables."""
    rng = np.random.default_rng(4)
    key = rng.integers(0, 7, 999)
    key = np.sort(key) if sort else key
    values = np.full(999, 1 / 3) if constant else rng.standard_normal(999)
    keys, group, sums = echoing._sum_by_group(values, key)
    expected = pd.Series(values).groupby(key).sum()
    assert np.array_equal(keys[group], key)
    assert np.array_equal(sums, expected.to_numpy())


def test_permutation_keeps_days_and_people():
    """Only the order within a room's day is another one."""
    told = _talk(2, 0.0, 300)
    shuffled = told.shuffled(np.random.default_rng(0))
    assert np.array_equal(shuffled.day, told.day)
    assert not np.array_equal(shuffled.tone, told.tone)
    pairs = sorted(zip(told.writer, told.tone, strict=True))
    assert sorted(zip(shuffled.writer, shuffled.tone, strict=True)) == pairs


def test_permutation_separates_contagion_from_the_days_mood(monkeypatch):
    """Both make a slope; only following is lost when the order is."""
    monkeypatch.setattr(echoing, "DEALS", 5)
    slopes = {}
    for name, how in {"follow": (0.6, 0.0), "mood": (0.0, 1.0)}.items():
        told = _talk(3, how[0], 6000, how[1])
        sums = echoing.sum_echoes(told, np.zeros(6000, bool), np.arange(30) % 10)
        by = sums[sums["way"] == "10 before"].groupby("deal")[["xx", "xy"]].sum()
        slopes[name] = (by["xy"] / by["xx"]).to_numpy()
    assert slopes["follow"][0] - slopes["follow"][1:].mean() > 0.1
    assert slopes["mood"][0] > 0.1
    assert abs(slopes["mood"][0] - slopes["mood"][1:].mean()) < 0.05
