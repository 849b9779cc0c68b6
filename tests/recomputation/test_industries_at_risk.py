"""Recompute how many industries of a city's groups can be compared."""

from __future__ import annotations

from helpers.study import open_study

DAY_US = 86_400_000_000


def test_industries_with_thirty_groups_at_risk_are_too_few(product):
    """Count industries with 30 groups under observation before they fell silent."""
    groups = open_study("nashville_meetup").table("registry")
    last = groups.last_us.fillna(groups.origin_us)
    ended = last.clip(upper=groups.end_us - 180 * DAY_US)  # 180 days make a silence
    at_risk = groups[ended > groups.entry_us]
    enough = (at_risk.groupby("kind").size() >= 30).sum()
    verdict = product("s1-any-industry", "nashville_meetup")
    assert groups.kind.nunique() == 11
    assert enough < 8
    assert verdict.word == "UNTESTABLE"
    assert f"{enough} categories with 30 groups" in verdict.reason
