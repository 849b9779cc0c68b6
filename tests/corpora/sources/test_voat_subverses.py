"""The traps of a sampled list with two dates."""

from __future__ import annotations

import pandas as pd

from helpers.corpora.sources import voat_subverses
from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole

HEAD = (
    "community,page,page_offset,first_post_day,last_post_day,active_period_days,posts"
)


def test_the_wave_is_marked_and_the_sites_last_day_is_inside(counted):
    """A post on the last day is alive at the end, not after it."""
    rows = f"{HEAD}\n1,0,213000,2015-06-01,2015-06-01,0,1\n"
    rows += "2,0,213000,2013-11-09,2020-12-25,2602,90\n"
    made = counted(voat_subverses, communities__csv=rows)
    wave = made.tables["facts"].query("fact == 'born_in_wave'")["value"]
    assert wave.tolist() == [1, 0]
    assert (made.groups["last_us"] < made.groups["end_us"]).all()
    assert made.groups["key"].tolist() == ["community 001", "community 002"]


@needs_raw
def test_lives_are_recomputed_from_raw_dates():
    """By day 105 half had had their last post; 177 had one post only."""
    raw = read_whole("voat_subverses", "communities.csv")
    days = pd.to_datetime(raw["last_post_day"]) - pd.to_datetime(raw["first_post_day"])
    study = open_study("voat_subverses")
    groups, facts = study.table("registry"), study.table("facts")
    lived = (groups["last_us"] - groups["origin_us"]) / 86_400_000_000
    assert sorted(lived) == sorted(days.dt.days)
    assert facts.query("fact == 'posts' and value == 1").shape[0] == 177
    assert study.kind == "open"
