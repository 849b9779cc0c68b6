"""A ledger adds up or is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import ShequnError
from helpers.study.ledger import Ledger


def test_rows_that_vanish_are_reported():
    """Three read, two accounted for."""
    with pytest.raises(ShequnError, match="3 rows were read but 2"):
        Ledger.of({"a": 3}, {None: 2})


reasons = st.text(st.characters(exclude_characters="\r\0", codec="utf-8"), min_size=1)


@given(st.dictionaries(reasons, st.integers(0, 99), min_size=1))
def test_ledger_is_read_back_unchanged(aside):
    """Reasons with commas, quotes and line breaks come back as they were."""
    ledger = Ledger.of({"a, b": sum(aside.values())}, dict(aside))
    assert Ledger.from_csv(ledger.as_csv()) == ledger
