"""Who answers whom."""

import pandas as pd
import pytest

from helpers.derive.measures import replies
from helpers.records import SECOND_US


@pytest.fixture
def people(run):
    """Number the people of the small worlds."""
    names = {"sender": [f"p{n}" for n in range(7)], "scope": "", "member": range(7)}
    return run.frame(pd.DataFrame(names))


def test_mentions_agree_with_pandas(run, lazy, people, world):
    """A mention of somebody else who writes is a reply; of oneself or nobody, none."""
    found = run.fetch(replies.list_explicit_replies(lazy(world), people), "position")
    named = world.explode("mentions").dropna(subset="mentions")
    who = named["mentions"].str[1:].astype(int)
    expected = named[(who < 7) & (who != named["member"])].sort_values("position")
    assert found["position"].tolist() == expected["position"].tolist()
    assert found["receiver"].tolist() == who[expected.index].tolist()


def test_a_quote_answers_its_author(run, lazy, people):
    """A quoted message names a receiver, in its own group only."""
    rows = pd.DataFrame(
        {
            "group": [1, 1, 2],
            "member": [0, 1, 1],
            "id": ["a", "b", "c"],
            "reply_to": [None, "a", "a"],
            "file": "f",
            "position": [1, 2, 3],
            "age_us": 0,
        }
    )
    found = run.fetch(replies.list_explicit_replies(lazy(rows), people), "position")
    assert found[["position", "receiver"]].to_numpy().tolist() == [[2, 0]]


def test_adjacent_replies_agree_with_pandas(run, lazy, world):
    """The message just before, in the topic, by another, within ten minutes."""
    found = run.fetch(replies.list_adjacent_replies(lazy(world)), "position")
    ordered = world.sort_values(["time_us", "file", "position"])
    before = ordered.groupby(["group", "topic"])[["member", "time_us"]].shift()
    soon = ordered["time_us"] - before["time_us"] <= 600 * SECOND_US
    answer = soon & before["member"].notna() & (before["member"] != ordered["member"])
    expected = ordered[answer].sort_values("position")
    assert found["position"].tolist() == expected["position"].tolist()
    assert found["receiver"].tolist() == before["member"][expected.index].tolist()
    assert len(expected) > 20


def test_ten_minutes_are_still_adjacent(run, lazy):
    """The limit counts as a reply; a microsecond more does not."""
    late = [0, 600 * SECOND_US, 1200 * SECOND_US + 1]
    rows = pd.DataFrame({"group": 1, "member": [1, 2, 3], "time_us": late})
    rows = rows.assign(file="f", position=[1, 2, 3], age_us=0)
    found = run.fetch(replies.list_adjacent_replies(lazy(rows)), "position")
    assert found["position"].tolist() == [2]
