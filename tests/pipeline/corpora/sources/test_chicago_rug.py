"""The traps of one group's members: visits without attendance, survivors only."""

from __future__ import annotations

import pytest

from pipeline.corpora.sources import chicago_rug

MEMBERS = """member,joined,last_visited,last_attended,rsvps,yes,attended,no_shows,\
organizer,mailing_list
1,2010-04-05,2010-04-05,,0,0,0,0,No,Yes
2,2010-04-05,2019-05-29,,0,0,0,0,No,Digest
3,2018-01-01,2018-02-01,2018-02-10,3,2,1,1,Yes,No
4,2018-01-01,2018-12-01,2018-12-05,3,2,1,0,No,Yes
"""


@pytest.fixture
def found(counted):
    """Count four members."""
    return counted(chicago_rug, members__csv=MEMBERS)


def test_no_table_has_one_row_per_member(found):
    """Only numbers of people are there."""
    assert set(found.tables) == {"funnels", "seen_again"}
