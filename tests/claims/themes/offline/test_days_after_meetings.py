"""Days after meetings of one community: planted both ways, with busy weekdays."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.offline.days_after_meetings import compare_days_after
from helpers.study import open_study

MET = np.arange(40.0, 700.0, 30.0)  # on changing weekdays


def _counts(ratio, rng, days=720):
    """Plant messages a day, busier on Mondays, and a lift for a week."""
    level = np.where(np.arange(days) % 7 == 0, 12.0, 4.0)
    for day in MET.astype(int):
        level[day + 1 : day + 8] *= ratio
    return rng.poisson(level * rng.gamma(2.0, 0.5, days)).astype(float)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.5])
def test_interval_after_meetings_covers_the_simulated_effect(ratio):
    """Nominal 95 %, in 60 records."""
    rng = np.random.default_rng(20261122)
    found = [compare_days_after(_counts(ratio, rng), MET, 7) for _ in range(60)]
    assert np.mean([one.estimate for one in found]) == pytest.approx(ratio, rel=0.1)
    assert np.mean([one.low <= ratio <= one.high for one in found]) >= 0.85


def test_ratio_after_meetings_is_recomputed_from_days():
    """Counted day by day in plain loops."""
    study = open_study("houston_meetups")
    daily = study.table("daily").set_index("day")["messages"].to_dict()
    met = {time // 86_400_000_000 for time in study.table("events")["time_us"]}
    first, last = min(daily), max(daily)
    after, near = set(), set()
    for day in met:
        near.update(range(day, day + 8))
        after.update(one for one in range(day + 1, day + 8) if one <= last)
    usual = {}
    for weekday in range(7):
        days = [
            day
            for day in range(first, last + 1)
            if day % 7 == weekday and day not in near
        ]
        usual[weekday] = sum(daily.get(day, 0) for day in days) / len(days)
    observed = sum(daily.get(day, 0) for day in after)
    ratio = observed / sum(usual[day % 7] for day in after)
    found = evaluate("s3-offline-meetups-help", study)
    assert found.components[1].estimate == pytest.approx(ratio)
    assert not found.decides


def test_meetings_without_lessons_are_untestable_for_content():
    """The register asks for fifty of each."""
    found = evaluate("s4-offline-is-content", open_study("houston_meetups"))
    assert found.word == "UNTESTABLE"
    assert "0 lessons, 50 needed" in found.reason
