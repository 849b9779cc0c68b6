"""Values in intervals that name nobody."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers.corpora.shared.distribution import LEAST_GROUPS, describe_distribution

EDGES = (0, 7, 28, 60, 1 << 30)


@given(st.lists(st.integers(0, 10**6), min_size=1), st.sampled_from([None, EDGES]))
def test_every_interval_has_at_least_five_groups(values, edges):
    """Five groups or more in each, unless there are fewer in all."""
    rows = describe_distribution(pd.Series(values), *([edges] if edges else []))
    least = min(LEAST_GROUPS, len(values))
    assert (rows["groups"] >= least).all()


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_intervals_contain_every_value_once(values):
    """They meet without gaps; counts and sums are those of the values in them."""
    rows = describe_distribution(pd.Series(values))
    assert rows["low"].iloc[0] == 0
    assert (rows["high"].shift().dropna() + 1 == rows["low"].iloc[1:]).all()
    for row in rows.itertuples():
        inside = [value for value in values if row.low <= value <= row.high]
        assert (len(inside), sum(inside)) == (row.groups, row.total)
    assert rows["groups"].sum() == len(values)
