"""The traps of a sampled list with two dates."""

from __future__ import annotations

import pandas as pd

from helpers.study import open_study
from pipeline.corpora.sources import voat_subverses
from tests.raw_corpora import needs_raw, read_whole

HEAD = (
    "community,page,page_offset,first_post_day,last_post_day,active_period_days,posts"
)


def test_the_sites_last_day_is_inside(counted):
    """A post on the last day is alive at the end, not after it."""
    rows = f"{HEAD}\n1,0,213000,2015-06-01,2015-06-01,0,1\n"
    rows += "2,0,213000,2013-11-09,2020-12-25,2602,90\n"
    made = counted(voat_subverses, communities__csv=rows)
    assert (made.groups["last_us"] < made.groups["end_us"]).all()
    assert made.groups["key"].tolist() == ["community 001", "community 002"]


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
