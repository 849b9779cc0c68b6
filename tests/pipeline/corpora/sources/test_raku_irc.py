"""The traps of Raku's logs: bots, renames, stitched channels, holes."""

import pandas as pd
import pytest

from helpers.derive.tables.derive import Terms
from pipeline.corpora.sources.raku_irc import count, find_observation_end
from pipeline.publish.counted import derive_counted

NICKS = """channel,date,nick,bot,messages,chars,questions,links,mentions_code,\
first_min,last_min,joins,leaves,renames
perl6,2019-10-01,ann,0,2,9,0,0,0,5,7,0,0,0
perl6,2019-10-01,ann,0,1,9,0,0,0,9,3,0,0,0
perl6,2019-10-02,eve,0,0,0,0,0,0,,,1,0,0
raku,2019-10-13,ann_,0,1,4,0,0,0,60,60,1,0,0
raku,2019-10-13,bot,1,8,4,0,0,0,1,2,1,0,0
raku,2020-01-01,eve,0,0,0,0,0,0,,,1,1,0
cro,2019-10-01,ann,0,4,9,0,0,0,1,1,1,0,0
cro,2020-10-01,ann,0,5,9,0,0,0,1,1,1,0,0
"""
RENAMES = """channel,date,old,new
perl6,2019-10-12,ann,ann_
perl6,2019-10-12,bot,eve
"""


@pytest.fixture
def raw(written):
    """Write a log in miniature."""
    return written(daily_nicks__csv__gz=NICKS, renames__csv__gz=RENAMES)


@pytest.fixture
def made(raw):
    """Count it."""
    return count(raw)


def test_log_gap_of_half_a_year_ends_observation():
    """What was logged after it is not seen; a shorter hole is bridged."""
    lines = pd.DataFrame({"key": ["a", "a", "b", "b"], "day": [0, 180, 0, 179]})
    assert find_observation_end(lines).to_dict() == {"a": 1, "b": 180}


def test_users_who_joined_without_writing_are_counted(raw, made):
    """Eve joined and was silent; Ann was there before joins were recorded."""
    terms = Terms(centres_from="none", names=False, members=False)
    derived = derive_counted(made, raw.tally, terms)
    groups, roster = derived.tables["groups"], derived.tables["roster"]
    roster["key"] = roster["group"].map(groups.set_index("group")["key"])
    row = roster.query("key == 'raku' and within_days == 28").iloc[0]
    assert (row["members"], row["quiet"]) == (0, 1)  # Ann wrote in one week of four
    assert not {"members", "member_days"} & set(derived.tables)
