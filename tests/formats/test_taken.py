"""What a line, a word or a column is taken for (`taken.toml`), in every program."""

import json
import tomllib
from pathlib import Path

import pytest

from helpers.formats.reading.source import Options
from helpers.formats.rows import losses

CASES = tomllib.loads(Path(__file__).with_name("taken.toml").read_text("utf-8"))
ROWS = [(case, *row) for case in CASES["cases"] for row in case["each"]]


def find_value(found, column, at):
    """The value of a message, or the first (*: all) that records have; "" for none."""
    kind, name = column.rstrip("*").split(".")
    values = found.column(kind, name)
    if column.endswith("*"):
        return [one or "" for one in values]
    if kind == "message":
        return "" if values[at] is None else values[at]
    return next((one for one in values if one is not None), "")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]['form']} {row[1]}")
def test_it_is_taken_for_what_it_is(read, row):
    """Each was taken for something else once; why it matters stands in the data."""
    case, words, *right = row
    is_json = case["name"].endswith(("json", "jsonl"))
    words = json.dumps(words, ensure_ascii=False)[1:-1] if is_json else words
    content = case["text"].replace("{}", words).encode(case.get("encoding", "utf-8"))
    zone = case.get("zone", "Asia/Shanghai")
    name, options = case["name"], Options(date_order=case.get("order"), zone=zone)
    is_folder = "/" in name
    data = {name: content.decode()} if is_folder else content
    found = read(case["form"], data, None if is_folder else name, options)
    assert found.recognised
    at = case.get("at", 0)
    assert [find_value(found, one, at) for one in case["columns"]] == right, case["why"]
    told = getattr(losses, case.get("told", ""), None)
    assert told is None or ("note", told, 1) in found.losses
