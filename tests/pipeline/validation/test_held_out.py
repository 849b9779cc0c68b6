"""The comparison of held-out quarters: its arithmetic, and what was committed."""

import pandas as pd
import pytest

from helpers.survival.interval import compute_exact_interval
from pipeline.validation.held_out import CLAIMS, TABLE, Quantity, compare


def test_a_quarter_inside_the_interval_is_not_apart():
    """The interval of the difference is wider than either interval."""
    shared = Quantity("", "x", "y", compute_exact_interval(60, 300))
    quarter = Quantity("", "x", "y", compute_exact_interval(22, 100))
    row = compare(shared, quarter)
    assert row["inside"]
    assert row["difference"] == pytest.approx(0.02)
    assert row["difference_low"] < -0.06
    assert row["difference_high"] > 0.1


def test_a_refused_quarter_is_neither_inside_nor_outside():
    """Its data are too few: that is no disagreement."""
    shared = Quantity("", "x", "y", compute_exact_interval(60, 300))
    assert "inside" not in compare(shared, Quantity("", "x", "y", None))


def test_every_quantity_fixed_beforehand_is_in_the_table():
    """None was dropped for its result."""
    table = pd.read_csv(TABLE)
    rows = table.dropna(subset="claim")
    assert list(zip(rows["claim"], rows["study"], strict=True)) == list(CLAIMS)
    apart = (table["difference_low"] > 0) | (table["difference_high"] < 0)
    assert not apart.any()
