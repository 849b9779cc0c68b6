"""The tables' definitions, and their bytes."""

import numpy as np
import pandas as pd
import pytest

from helpers.files import compute_checksum
from helpers.study.definitions import TABLES, write_table

SILENCES = TABLES["silences"]


def _rows() -> pd.DataFrame:
    return pd.DataFrame({"group": [2, 1], "start_us": [5, 6], "end_us": [7, 2**53 - 1]})


def test_table_bytes_do_not_depend_on_row_order(tmp_path):
    """Neither the order nor the index of its rows matters."""
    write_table(_rows(), SILENCES, tmp_path / "a")
    write_table(_rows().iloc[::-1].set_index([[9, 8]]), SILENCES, tmp_path / "b")
    assert compute_checksum(tmp_path / "a") == compute_checksum(tmp_path / "b")
    assert pd.read_parquet(tmp_path / "a")["group"].tolist() == [1, 2]


def test_microseconds_stay_exact_in_columns_with_nulls(tmp_path):
    """A column with gaps comes as floats that hold every microsecond."""
    days = pd.DataFrame({"group": [0, 0], "day": [1, 2], "messages": 1})
    days = days.assign(posters=[3, np.nan], chars=[2.0**53 - 1, np.nan])
    write_table(days, TABLES["daily"], tmp_path / "a")
    assert int(pd.read_parquet(tmp_path / "a")["chars"][0]) == 2**53 - 1


def test_null_in_a_required_column_is_refused(tmp_path):
    """Nothing is written."""
    with pytest.raises(ValueError, match=r"silences\.group has 1 nulls"):
        write_table(_rows().assign(group=[1, None]), SILENCES, tmp_path / "a")
    assert not list(tmp_path.iterdir())


def test_a_missing_column_is_refused(tmp_path):
    """Nothing is written."""
    with pytest.raises(KeyError, match="end_us"):
        write_table(_rows().drop(columns="end_us"), SILENCES, tmp_path / "a")
    assert not list(tmp_path.iterdir())
