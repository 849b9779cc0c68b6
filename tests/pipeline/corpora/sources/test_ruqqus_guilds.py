"""The traps of first and last posts: an early end, births too late to follow."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.corpora.sources import ruqqus_guilds

GUILDS = """guild_no,first,last,total_posts_seen,banned_posts
1,2019-12-31,2021-01-01,8,0
2,2020-01-01,2020-01-01,1,0
3,2021-02-28,2021-10-10,9,2
4,2021-03-01,2021-03-02,3,0
5,2021-09-01,2021-09-02,3,0
"""


@pytest.fixture
def corpus(counted):
    """Count five guilds, of which one is born after the end."""
    return counted(ruqqus_guilds, guilds__csv__gz=GUILDS)


def test_guilds_with_half_a_year_of_follow_up_are_marked(corpus):
    """2020-01 to 2021-02; the others are listed, but for who came after the end."""
    facts = corpus.tables["facts"]
    inside = facts[facts["fact"] == "born_in_frame"].set_index("key")["value"]
    assert inside.tolist() == [0, 1, 1, 0]
    assert corpus.groups["key"].tolist() == list(inside.index)
    assert corpus.became == {"born after the end": 1}


def test_post_after_the_end_counts_as_alive_at_the_end(corpus):
    """The site's last two months are not watched."""
    groups = corpus.groups.set_index("key")
    assert groups.loc["guild 0003", "last_us"] == groups.loc["guild 0003", "end_us"]
    end = pd.to_datetime(groups["end_us"].iloc[0], unit="us")
    assert end == pd.Timestamp("2021-09-01")


def test_guild_with_one_post_has_lifetime_zero(corpus):
    """It began and ended on one day."""
    one = corpus.groups.set_index("key").loc["guild 0002"]
    assert one["last_us"] == one["origin_us"]
