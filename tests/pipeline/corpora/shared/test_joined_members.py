"""Who wrote nothing and still was there."""

import pandas as pd
import pytest

from pipeline.corpora.shared.joined_members import count_seen_again

UNKNOWN = {"may_react": None, "reacted": None, "did_later": None}


def _lurkers(followed, seen, **known):
    one = {"key": "a", "lurkers_are": "silent", "followed": followed, "seen": seen}
    return pd.DataFrame(one | UNKNOWN | known)


def test_unobserved_visits_are_null_not_zero():
    """No visit known is not nobody seen."""
    table = count_seen_again(_lurkers([90, 90], None, reacted=[True, False]))
    assert table[["seen_7", "seen_28", "seen_84", "did_later"]].isna().all(axis=None)
    assert table["reacted_84"].tolist() == [1]


@pytest.mark.parametrize("days", [84, 167, 168, 169, 365, 366, 5000])
def test_every_lurker_is_in_one_follow_up_band(days):
    """Each follow-up has one band, which begins no later."""
    table = count_seen_again(_lurkers([days], [0]))
    assert table["lurkers"].tolist() == [1]
    assert table["followed_from"][0] == max(d for d in (84, 168, 169, 366) if d <= days)
