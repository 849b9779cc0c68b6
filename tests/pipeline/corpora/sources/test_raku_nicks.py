"""Renames join nicks, but no hub joins strangers."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.sources.raku_irc import MOST_PARTNERS, find_hubs, merge_nicks

RENAMES = st.lists(st.tuples(*[st.sampled_from("abcdefgh")] * 2), max_size=12)


def _pairs(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["old", "new"])


def test_nick_shared_by_many_people_is_a_hub():
    """Nine others make one; changing back and forth with one does not."""
    shared = [(f"p{n}", "guest") for n in range(MOST_PARTNERS + 1)]
    busy = [("ann", "ann_"), ("ann_", "ann")] * 20
    assert find_hubs(_pairs(shared + busy)) == {"guest"}


def test_shared_nick_does_not_merge_two_people():
    """Two people who both once were ``guest`` stay two."""
    pairs = _pairs([("ann", "guest"), ("bob", "guest")])
    assert merge_nicks(["ann", "bob", "guest"], pairs, {"guest"})["bob"] == "bob"
    assert merge_nicks(["ann", "bob", "guest"], pairs, set())["bob"] == "ann"


def test_a_nick_that_never_appeared_is_ignored():
    """A rename may name a bot, which is nobody here."""
    assert merge_nicks(["ann"], _pairs([("ann", "bot")]), set()) == {"ann": "ann"}


@given(RENAMES)
def test_people_are_the_connected_nicks(rows):
    """The same partition as by flooding, named by the first to appear."""
    people = merge_nicks("abcdefgh", _pairs(rows), set())
    for nick in "abcdefgh":
        reached, front = {nick}, [nick]
        while front:
            here = front.pop()
            beside = {b for pair in rows if here in pair for b in pair} - reached
            reached |= beside
            front += beside
        assert people[nick] == min(reached)
