"""Joining and leaving by day: who is a member."""

import pandas as pd
import pytest

from pipeline.publish.counted import list_memberships

COLUMNS = ["group", "member", "day", "messages", "joins", "leaves"]


def _days(*rows):
    return pd.DataFrame([(0, *row) for row in rows], columns=COLUMNS)


@pytest.mark.parametrize(
    ("first", "seen"),
    [
        ((1, 5, 0, 1, 0), True),
        ((1, 5, 2, 0, 0), True),  # wrote without a join line: came unseen
        ((1, 5, 0, 0, 1), False),  # a leaving ends what began earlier
        ((1, 3, 2, 0, 0), False),  # there before joins were recorded
    ],
)
def test_membership_counts_only_with_an_observed_start(first, seen):
    """Joins are recorded from day 4."""
    known, from_day = list_memberships(_days((9, 4, 0, 1, 0), first, (1, 8, 0, 1, 0)))
    assert (1 in set(known["member"])) is seen
    assert from_day.to_dict() == {0: 4}


def test_member_who_returned_has_not_left():
    """Only a last line that is a leaving says when somebody went."""
    back = _days((1, 4, 0, 1, 0), (1, 5, 0, 0, 1), (1, 9, 0, 1, 0))
    gone = _days((1, 4, 0, 1, 0), (1, 9, 0, 0, 1))
    assert list_memberships(back)[0]["gone_day"].isna().all()
    assert list_memberships(gone)[0]["gone_day"].tolist() == [9]
