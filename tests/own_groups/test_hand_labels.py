"""Which messages people are asked about, and by what name each goes."""

import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.own_groups.hand_labels import read_messages, select_written
from helpers.records import from_rows
from helpers.study.store.store import write_store


def store(folder, *rows):
    """Return a store of messages."""
    filled = [
        {"kind": "text", "bot": False, "time_us": 0, "group": "g"} | r for r in rows
    ]
    return write_store([from_rows("message", filled)], folder, {})


def test_only_messages_written_by_people_are_labelled(tmp_path):
    """Notices, bots, blanks and messages without text are left out."""
    held = store(
        tmp_path / "s",
        {"id": "1", "text": "hi"},
        {"id": "2", "text": "on duty", "bot": True},
        {"id": "3", "text": "Ann joined", "kind": "notice"},
        {"id": "4", "text": "  "},
        {"id": "5", "text": None, "kind": "image"},
        {"id": "6", "text": "yo", "bot": None},
        {"id": "6", "text": "yo", "bot": None},
    )
    assert select_written([held])["message"].tolist() == ["1", "6"]


def test_messages_without_id_have_names_that_stay(tmp_path):
    """A name is the time and the place in it; a later export changes none."""
    rows = [{"time_us": t, "text": text} for t, text in ((5, "a"), (5, "b"), (7, "c"))]
    one = store(tmp_path / "1", *rows)
    before = select_written([one])
    two = store(tmp_path / "2", {"time_us": 5, "text": "d"})
    after = select_written([one, two])
    assert before["message"].tolist() == ["5-0", "5-1", "7-0"]
    assert after["message"].tolist() == [*before["message"], "5-2"]


def test_files_of_lines_and_tables(tmp_path):
    """Lines go by their number; a table says the group; both are masked."""
    plain, table = tmp_path / "a.txt", tmp_path / "b.csv"
    plain.write_text("早\n\ncall 138-1234-5678\n", encoding="utf-8")
    table.write_text('group,text\nx,"one\ntwo"\ny,three\n', encoding="utf-8")
    lines = read_messages(plain)
    assert lines["message"].tolist() == ["1", "3"]
    assert "1234" not in lines["text"][1]
    assert read_messages(table)[["group", "text"]].values.tolist() == [
        ["x", "one\ntwo"],
        ["y", "three"],
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.csv", b"group,words\nx,y\n", "no column text"), ("b.txt", b"\xff", "as text")],
)
def test_unreadable_sources_are_named(tmp_path, name, content, said):
    """A file without texts, or not of text, ends in a sentence."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenFileError, match=said):
        read_messages(tmp_path / name)


def test_missing_sources_are_named(tmp_path):
    """No file, or a folder that no run made, says what to do."""
    for source in (tmp_path, tmp_path / "x"):
        with pytest.raises(MissingSourceError, match="shequn run"):
            read_messages(source)
