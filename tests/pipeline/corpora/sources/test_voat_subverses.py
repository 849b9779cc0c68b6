"""The traps of a sampled list with two dates."""

from __future__ import annotations

import pandas as pd

from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole


@needs_raw
def test_lives_are_recomputed_from_raw_dates():
    """From first to last post, in whole days."""
    raw = read_whole("voat_subverses", "communities.csv")
    days = pd.to_datetime(raw["last_post_day"]) - pd.to_datetime(raw["first_post_day"])
    study = open_study("voat_subverses")
    groups = study.table("registry")
    lived = (groups["last_us"] - groups["origin_us"]) / 86_400_000_000
    assert sorted(lived) == sorted(days.dt.days)
    assert study.kind == "open"
