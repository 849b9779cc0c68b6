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


<<<<<<< HEAD
=======
def test_columns_of_other_names_are_mapped(read):
    """The option says which of ours is which of theirs."""
    columns = {"time": "when", "sender": "who", "text": "what"}
    content = "when,who,what\n2024-01-05 08:00:00,ann,hi\n"
    found = read("table", content, "t.csv", Options(columns=columns))
    assert found.column("message", "sender", "time_us") == [
        ("ann", 1_704_412_800_000_000)
    ]
    assert found.source.observed["time_zone_known"] is False


def test_a_column_without_times_is_no_time_by_its_name(read):
    """All rows were lost as undated, beside a column of dates."""
    rows = "".join(f"0:0{n},2024-01-0{n} 08:00,ann,hi you\n" for n in range(1, 5))
    found = read("table", f"time,timestamp,sender,text\n{rows}", "t.csv")
    assert len(found.rows["message"]) == 4


def test_a_missing_column_is_named(read):
    """Without times there are no messages."""
    with pytest.raises(BrokenFileError, match="no column for time"):
        read("table", "when,sender\n1,ann\n", "t.csv")


def test_a_row_with_a_zero_byte_is_read(read):
    """It is somebody's text, whatever put it there."""
    found = read("table", "time,sender,text\n1704412800,ann,a\0b\n", "t.csv")
    assert found.column("message", "text") == ["a\0b"]


def test_a_quotation_mark_that_is_not_closed_is_reported(read):
    """All lines that it swallows are counted, not the mark alone."""
    rows = '1704412800,ann,"a\n' + "1704412801,bob,b\n" * 50
    found = read("table", f"time,sender,text\n{rows}", "t.csv")
    reason = "line within a quotation mark that is not closed"
    assert ("loss", reason, 50) in found.losses


>>>>>>> 0f25f641 (formats: columns are told in one place, by content before names)
def test_truncated_last_json_line_loses_no_other(put):
    """Three whole rows were lost with "has no column for sender and time"."""
    row = '{"time": 1704412800, "sender": "ann", "text": "a"}\n'
    path = put(row * 3 + '{"time": 17044', "t.jsonl")
    source = Source(path)
    blocks = decode_json_lines(source, source.name, SKIP)
    assert len(next(blocks)[0]) == 3
    with pytest.raises(BrokenFileError, match="line 4: breaks off"):
        next(blocks)


DAY = 1704412800
_ROW = {"time": DAY, "sender": "ann", "text": "a"}


def test_object_in_a_cell_is_not_written_out(read):
    """Found by damage: it became a text with names that no reader knew."""
    row = {"time": 1704412800, "sender": "ann", "text": "a"}
    odd = [{"sender": ["Zebulon"]}, {"sender": {"likes": 3, "x": 1}}]
    odd += [{"text": {"name": "Zebulon"}}]
    rows = [row, *(row | one for one in odd)]
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


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"5@chatroom": [_ROW], "6@chatroom": [_ROW]}, "several chats"),
        ({"123456789": [_ROW]}, "several chats"),
        ({"5": {"name": "x", "messages": [_ROW]}}, "several chats"),
        ({"chats": [{"id": 1, "messages": [_ROW]}]}, "several chats"),
        ({"1@g.us": {"messages": {"12": {"from_me": True}}}}, "is of no format"),
        ({"row": {"by": 1}, "x": _ROW}, "is of no format"),
    ],
)
def test_json_of_several_chats_is_refused_with_what_to_do(put, document, reason):
    """It was of no format that is known."""
    with pytest.raises(BrokenFileError, match=reason):
        recognise_format(put(json.dumps(document), "r.json"))
