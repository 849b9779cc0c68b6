"""Overlapping exports of one group."""

from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.rows.export_matching import Merge
from helpers.records import from_rows


def messages(*rows):
    """Messages of one group from (id, sender, second, characters)."""
    return from_rows("message", [
        {"group": "g", "id": number, "sender": sender, "time_us": time, "kind": "text",
         "chars": chars, "position": at}
        for at, (number, sender, time, chars) in enumerate(rows)
    ])  # fmt: skip


def count(*exports):
    """Rows that are left when exports are merged."""
    merge = Merge()
    return sum(
        merge.fresh(one, str(at)).table.num_rows for at, one in enumerate(exports)
    )


def test_two_equal_posts_of_one_export_stay_two():
    """Without ids the order of occurrence tells them apart."""
    twice = messages((None, "a", 0, 2), (None, "a", 0, 2))
    once = messages((None, "a", 0, 2))
    assert [count(twice), count(twice, twice), count(once, twice)] == [2, 2, 2]


def test_an_id_is_one_message_even_within_an_export():
    """Chunks and parts overlap; an edit does not make a second message."""
    assert count(messages(("1", "a", 0, 2), ("1", "a", 0, 5))) == 1


def test_the_same_id_in_another_group_is_another_message():
    """Ids are unique within a group only."""
    other = from_rows("message", [{"group": "h", "id": "1", "time_us": 0}])
    assert count(messages(("1", "a", 0, 2)), other) == 2


def test_repeated_events_are_merged_at_any_position():
    """Line numbers differ between exports of one group."""
    row = {"group": "g", "kind": "join", "time_us": 0, "subject": "a"}
    one, two = (from_rows("event", [row | {"position": at}]) for at in (1, 9))
    merge = Merge()
    assert merge.fresh(one, "1").table.num_rows == 1
    assert merge.fresh(two, "2").table.num_rows == 0
    assert merge.doubles["event"] == 1


posts = st.lists(
    st.tuples(st.none(), st.sampled_from("ab"), st.integers(0, 2), st.just(2))
)


@given(posts, st.data())
def test_partial_export_adds_no_duplicate(rows, data):
    """Whatever slice of it somebody else exported, before or after."""
    if not rows:
        return
    start = data.draw(st.integers(0, len(rows) - 1))
    whole, part = messages(*rows), messages(*rows[start:])
    assert count(whole, part) == count(part, whole) == len(rows)
