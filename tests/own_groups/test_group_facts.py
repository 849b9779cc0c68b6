"""`groups.csv`: what it may say, and that a wrong cell is named."""

from datetime import date

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
    [
        ("a1,,club,,,,,,,,,,,", "type", "interest, learning"),
        ("a1,,,-1,,,,,,,,,,", "fee", "from 0 on"),
        ("a1,,,nan,,,,,,,,,,", "fee", "from 0 on"),
        ("a1,,,,maybe,,,,,,,,,", "offline_first", "yes or no"),
        ("a1,,,,,,sometimes,,,,,,,", "rules", "yes, no, or the day"),
        ("a1,,,,,,,0,,,,,,", "cap", "from 1 on"),
        ("a1,,,,,,,,,zz,,,,", "parent", "another group's key"),
        ("a1,,,,,,,,,a1,,,,", "parent", "another group's key"),
        ("a1,,,,,,,,,,,2024-13-01,,", "born", "2024-05-31"),
        ("a1,,,,,,,,,,,2024-02-01,2024-01-01,", "closed", "not before born"),
        ("a1,,,,,,,,,,,,,2999-01-01", "exported", "not after today"),
        ("a1,,,,,,,,,,,,2999-01-01,", "closed", "not after today"),
        ("zz,,,,,,,,,,,,,", "key", "of these exports"),
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
