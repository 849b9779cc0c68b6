"""What owners do in windows, by a second route and at the edges."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.measures import owners

ORDINALS = pd.DataFrame({"key": ["a", "b", "c"], "group": [0, 1, 2]})
PEOPLE = pd.DataFrame({"sender": ["ann", "bob"], "scope": "", "member": [0, 1]})


@pytest.fixture
def owned(run):
    """Ann owns a; b's owner never wrote; nobody is known to own c."""
    records = pd.DataFrame({"group": ["a", "b", "c"], "owner": ["ann", "eve", None]})
    return owners.of_groups(*map(run.frame, (records, PEOPLE, ORDINALS)))


def test_an_owner_who_never_wrote_is_known_and_has_no_number(run, owned):
    """Other than a group whose owner nobody recorded."""
    found = run.fetch(owned, "group")
    assert found["group"].tolist() == [0, 1]
    assert found["owner"].isna().tolist() == [False, True]


def test_the_owners_share_is_of_all_messages(run, owned):
    """A silent owner has none; without an owner on record there is no row."""
    rows = [(0, "w", 0, 3), (0, "w", 1, 1), (1, "w", 1, 5), (2, "w", 1, 5)]
    columns = ["group", "window", "member", "n"]
    posters = run.frame(pd.DataFrame(rows, columns=columns))
    found = run.fetch(owners.shares(posters, owned), "group")
    assert found[["group", "owner_share"]].to_numpy().tolist() == [[0, 0.75], [1, 0]]


@pytest.mark.parametrize(
    ("receivers", "top"), [([0, 0, 1], True), ([0, 1], True), ([0, 1, 1], False)]
)
def test_an_owner_is_on_top_if_nobody_is_answered_more_often(
    run, owned, receivers, top
):
    """Being level with another is on top."""
    rows = pd.DataFrame({"group": 0, "window": "w", "receiver": receivers})
    found = run.fetch(owners.answered_most(run.frame(rows), owned), "group")
    assert found["owner_top"].tolist() == [top]
