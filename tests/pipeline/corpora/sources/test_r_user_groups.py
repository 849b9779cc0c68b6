"""The traps of Meetup's groups: two lists, renames, reused addresses, the window."""

import pandas as pd
import pytest

from pipeline.corpora.sources.r_user_groups import follow_renames

NAMES = [
    "urlname",
    "country",
    "created",
    "first",
    "last",
    "members_first",
    "members_last",
]


@pytest.fixture
def joined():
    """Join addresses given as (name, first, last, members first, members last)."""

    def join(*rows, created=0):
        table = [
            (name, "NO", created, first, last, old, new)
            for name, first, last, old, new in rows
        ]
        return follow_renames(pd.DataFrame(table, columns=NAMES))

    return join


def test_a_chain_of_moves_is_one_group(joined):
    """All addresses go by the newest."""
    moved = joined(("a", 1, 9, 5, 50), ("b", 10, 20, 52, 60), ("c", 21, 30, 60, 70))
    assert set(moved.values()) == {"c"}


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(("b", 41, 60, 50, 60), id="after more than a month"),
        pytest.param(("b", 9, 60, 50, 60), id="while the other is listed"),
        pytest.param(("b", 10, 60, 82, 90), id="with other members"),
    ],
)
def test_groups_that_do_not_follow_on_are_separate(joined, later):
    """Born on one day in one country is not enough."""
    assert joined(("a", 1, 9, 5, 50), later) == {"a": "a", "b": "b"}


def test_one_address_continues_one_group(joined):
    """Of two that ended, the nearer one went on."""
    moved = joined(("a", 1, 7, 5, 50), ("b", 1, 9, 5, 50), ("c", 10, 30, 50, 60))
    assert moved == {"a": "a", "b": "c", "c": "c"}
