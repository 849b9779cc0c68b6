"""Plain tables of messages."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.errors import BrokenFileError
from helpers.formats import recognise_format
from helpers.formats.json.json_stream import SKIP, decode_json_lines
from helpers.formats.reading.source import Source

CSV = (
    "time,sender,text,group\n"
    '2024-01-05T00:00:00Z,ann,"a, b",g\n'
    "2024-01-05T00:00:01Z,bob,c,g\n"
)


def parquet():
    """The same two messages."""
    table = pa.table({
        "time": ["2024-01-05T00:00:00Z", "2024-01-05T00:00:01Z"],
        "sender": ["ann", "bob"], "text": ["a, b", "c"], "group": ["g", "g"],
    })  # fmt: skip
    held = io.BytesIO()
    pq.write_table(table, held)
    return held.getvalue()


JSONL = (
    '{"time": 1704412800, "sender": "ann", "text": "a, b", "group": "g"}\n'
    '{"time": 1704412801, "sender": "bob", "text": "c", "group": "g"}\n'
)


@pytest.mark.parametrize(
    ("content", "name"),
    [(CSV, "t.csv"), (JSONL, "t.jsonl"), (parquet(), "t.parquet")],
    ids=["csv", "jsonl", "parquet"],
)
def test_csv_json_lines_and_parquet_read_alike(read, content, name):
    """CSV, JSON Lines and Parquet with the columns' own names."""
    found = read("table", content, name)
    assert found.recognised
    assert found.column("message", "group", "sender", "time_us", "text") == [
        ("g", "ann", 1_704_412_800_000_000, "a, b"),
        ("g", "bob", 1_704_412_801_000_000, "c"),
    ]  # fmt: skip


def test_truncated_last_json_line_loses_no_other(put):
    """Three whole rows were lost with "has no column for sender and time"."""
    row = '{"time": 1704412800, "sender": "ann", "text": "a"}\n'
    path = put(row * 3 + '{"time": 17044', "t.jsonl")
    source = Source(path)
    blocks = decode_json_lines(source, source.name, SKIP)
    assert len(next(blocks)[0]) == 3
    with pytest.raises(BrokenFileError, match="line 4: breaks off"):
        next(blocks)


_ROW = {"time": 1704412800, "sender": "ann", "text": "a"}


def test_object_in_a_cell_is_not_written_out(read):
    """Found by damage: it became a text with names that no reader knew."""
    odd = [{"sender": ["Zebulon"]}, {"sender": {"likes": 3, "x": 1}}]
    odd += [{"text": {"name": "Zebulon"}}]
    rows = [_ROW, *(_ROW | one for one in odd)]
    found = read("table", "".join(json.dumps(one) + "\n" for one in rows), "t.jsonl")
    assert found.column("message", "text") == ["a", ""]
    assert found.losses == [("loss", "row with an object for a sender", 2)]


@pytest.mark.parametrize(
    ("around", "group", "label"),
    [
        ({"talker": "5@chatroom", "title": "Club"}, "5@chatroom", "Club"),
        ({"data": {"group_id": 55, "name": "Club"}}, "55", "Club"),
        ({"code": 0, "name": "Program"}, "r", "Program"),
    ],
)
def test_envelope_says_which_group_its_rows_are_of(put, around, group, label):
    """Two files of one group were two; a program's name makes no group."""
    source = Source(put(json.dumps(around | {"messages": [_ROW]}), "r.json"))
    *_, last = recognise_format(source).read(source)
    (row,) = last.table.to_pylist()
    assert (last.kind, row["group"], row["label"]) == ("group", group, label)
