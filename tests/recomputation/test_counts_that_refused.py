"""Recompute the bounds for which a survey was refused."""

from __future__ import annotations

from helpers.study import open_study


def test_users_who_only_use_may_be_nobody(product):
    """Roles could be ticked together: all that is left over by the others."""
    reason = product("s0-lurkers-still-identify", "cn_oss_survey").reason
    rows = open_study("cn_oss_survey").table("survey_percents")
    rows = rows[rows["question"].eq("role")]
    for year, own in rows.groupby("stratum"):
        percents = dict(zip(own["answer"], own["percent"], strict=True))
        uses = percents.pop("uses")
        least = 100 * max(0.0, 100 - sum(percents.values())) / uses
        assert f"{year}: 0% to 100%, at least {least:.1f}% of users only use" in reason
