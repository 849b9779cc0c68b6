"""Sources that were looked at once, or that know lives without talk."""

from helpers.records import DAY_US
from pipeline.corpora.sources import v2ex_nodes

BOARDS = """node,title,id,parent,created_unix,topics_total,followers,topics_on_page,\
last_activity,oldest_activity_on_page,distinct_authors_on_page
a,A,1,,86400,3,5,3,1970-01-09 08:00:00 +08:00,1970-01-03 08:00:00 +08:00,2
moved,M,2,,864000,3,5,3,1970-01-09 08:00:00 +08:00,1970-01-05 08:00:00 +08:00,2
gated,G,3,,86400,9,,0,,,0
empty,E,4,,86400,0,1,0,,,0
none,,,,,,,0,,,0
"""


def test_members_only_board_is_unobserved_not_silent(counted):
    """It is set aside; an empty one is kept as never active."""
    made = counted(v2ex_nodes, f=BOARDS)
    assert made.became == {None: 3, "members only": 1, "no facts about it": 1}
    boards = made.groups.set_index("key")
    assert boards["last_us"].isna().to_dict() == {"a": 0, "moved": 0, "empty": 1}


def test_the_older_of_creation_and_activity_is_a_boards_origin(counted):
    """Topics are moved between boards; times are at UTC+8."""
    boards = counted(v2ex_nodes, f=BOARDS).groups.set_index("key")
    origin = boards["origin_us"] / DAY_US
    assert origin.to_dict() == {"a": 1, "moved": 4, "empty": 1}
    assert (boards["end_us"] == 8 * DAY_US).all()
