"""`groups.csv`: what it may say, and that a wrong cell is named."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from helpers.errors import BrokenFileError
from helpers.own_groups.group_facts import COLUMNS, read_group_facts

KEYS = {"a1", "b2"}


def _read(tmp_path, *rows, header=None):
    path = tmp_path / "groups.csv"
    names = header or ",".join(["key", *COLUMNS])
    path.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8")
    return read_group_facts(path, KEYS)


def test_every_column_is_read(tmp_path):
    """An empty cell is not known."""
    row = "a1,My group,learning,9.5,yes,social,2024-01-02,500,u1,b2,wechat"
    row += ",2024-01-01,,2024-06-01"
    facts = _read(tmp_path, row)["a1"]
    assert (facts.fee, facts.offline_first, facts.cap) == (9.5, True, 500)
    assert (facts.rules, facts.parent, facts.closed) == (date(2024, 1, 2), "b2", None)
    assert facts.exported == date(2024, 6, 1)


@pytest.mark.parametrize(
    ("row", "column", "allowed"),
    tomllib.loads(Path(__file__).with_name("group_facts.toml").read_text("utf-8"))[
        "rows"
    ],
)
def test_a_wrong_cell_is_named_with_what_is_allowed(tmp_path, row, column, allowed):
    """Row, column and allowed values."""
    with pytest.raises(BrokenFileError, match=f"row 2, column {column}") as caught:
        _read(tmp_path, row)
    assert allowed in str(caught.value)


def test_an_unknown_column_is_named(tmp_path):
    """A misspelt one is not ignored."""
    with pytest.raises(BrokenFileError, match="unknown column 'fees'"):
        _read(tmp_path, "a1,3", header="key,fees")


def test_table_without_its_header_prints_no_cell(tmp_path):
    """Its first row was printed as unknown columns, an owner's name among them."""
    with pytest.raises(BrokenFileError, match="row 1 does not name") as told:
        _read(tmp_path, header="0123abcd,读书群,Zebulon")
    assert "Zebulon" not in str(told.value)
