"""CSV that no spreadsheet runs."""

import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers.files import FORMULA_STARTS, to_csv_text


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"))))
def test_no_cell_starts_like_a_formula(cells):
    """Whatever the text, no cell read back is a formula, and no row is lost."""
    text = to_csv_text(pd.DataFrame({"cell": pd.Series(cells, dtype=str), "n": 1}))
    back = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    assert len(back) == len(cells)
    assert not back["cell"].str.startswith(FORMULA_STARTS).any()


def test_negative_numbers_stay_numbers():
    """The guard against formulas doesn't touch numbers."""
    assert to_csv_text(pd.DataFrame({"-x": [-1.5]})) == "'-x\n-1.5\n"
