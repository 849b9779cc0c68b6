"""Which format an export is of, and what is refused."""

import json
import time
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.errors import AmbiguousFormatError, BrokenFileError
from helpers.formats import FORMATS, READ_ALONE, Options, Source, recognise_format
from helpers.formats.reading.key_paths import list_key_paths
from helpers.library.messages import read_messages
from pipeline.validation.export_writers import WRITERS
from tests.communities import talk


def community():
    """Two people, two posts."""
    return talk(("甲一", "乙二"), 2, every=1, first=9, said="好吗", name="读书群")


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_an_export_is_of_exactly_one_format(name, tmp_path):
    """No two modules claim the same file."""
    path = WRITERS[name].write(community(), tmp_path)
    source = Source(path, WRITERS[name].options)
    assert recognise_format(source) is FORMATS[WRITERS[name].format]


REFUSED = tomllib.loads(Path(__file__).with_name("refused.toml").read_text("utf-8"))
ROWS = [(code, *row) for code, rows in REFUSED.items() for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]} {row[3]}")
def test_what_is_no_export_is_refused_with_the_reason(put, row):
    """The message says what it is and what to do."""
    code, name, content, *words = row
    data = content.encode("latin-1" if code == "bytes" else "utf-8")
    with pytest.raises(BrokenFileError) as caught:
        recognise_format(put(data, name))
    assert caught.value.remedy
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"]
)
def test_the_encoding_is_detected_from_the_bytes(tmp_path, encoding):
    """With and without marks, and where plain ASCII comes first."""
    text = "a" * 3_000_000 + "群主说：大家好"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    source = Source(tmp_path / "a.txt")
    assert "".join(source.text("a.txt")) == text
    assert source.encoding("a.txt").evidence


def test_bytes_that_are_no_text_are_replaced_and_noted(tmp_path):
    """A broken byte in UTF-8 costs a character, not the file."""
    content = "群".encode() * 500 + b"\xff" + "主".encode() * 500
    (tmp_path / "a.txt").write_bytes(content)
    source = Source(tmp_path / "a.txt")
    assert "".join(source.text("a.txt")).count("�") == 1
    assert [entry.reason for entry in source.losses] == ["bytes that are not text"]


def test_an_archive_without_files_is_of_no_format(tmp_path):
    """A damaged directory of a ZIP may hold folders only."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.mkdir("folder")
    with pytest.raises(BrokenFileError, match="no format that is known"):
        recognise_format(tmp_path / "a.zip")


def test_recognition_of_escaped_text_is_linear():
    """64 KiB of quotes cut behind a backslash would be looked at from each of them."""
    started = time.process_time()
    assert list_key_paths('{"a": "' + '\\"' * 32_000 + "\\") == {"a"}
    assert time.process_time() - started < 1


QUOTED = "5/1/24, 15:04 - a: b\n[5/1/24, 15:04:05] a: b\n2024-01-01 00:00:00 a\nb\n"
TEXTS = {
    "qq": "消息记录（此消息记录为文本格式）\n\n2019-07-16 8:15:05 甲(1)\n",
    "qq_pasted": "甲 2020/2/14 21:16:13\n早\n\n乙(10002) 2020/2/14 21:17:13\n",
    "memotrace": "2024-01-01 10:00:00 甲\n",
    "chatlog": "甲(wxid_a) [群(1@chatroom)] 2024-01-01 10:00:00\n",
    "whatsapp": "13/04/2024, 10:00 - Ann: ",
}


@pytest.mark.parametrize("times", [1, 400])
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_quoted_chat_of_another_tool_does_not_change_the_format(tmp_path, name, times):
    """A chat of another tool pasted into a message, once or at any length."""
    path = tmp_path / "a.txt"
    path.write_text(TEXTS[name] + QUOTED * times, encoding="utf-8")
    assert recognise_format(path) is FORMATS[name.removesuffix("_pasted")]


@pytest.mark.parametrize(
    "name", [one for one in sorted(WRITERS) if "parquet" not in one]
)
def test_quoted_lines_of_every_text_format_change_no_format(name, tmp_path):
    """In any format, a message may hold the lines of any other one."""
    plain = community()
    said = replace(plain.posts[0], text="\n".join(TEXTS.values()) + QUOTED)
    told = replace(plain, happenings=(said, *plain.happenings[1:]))
    path = WRITERS[name].write(told, tmp_path)
    source = Source(path, WRITERS[name].options)
    assert recognise_format(source) is FORMATS[WRITERS[name].format]


def test_undecided_format_names_the_option_to_set(tmp_path, monkeypatch):
    """`--format` takes the names in the message."""
    path = tmp_path / "a.txt"
    path.write_text(TEXTS["memotrace"] + "早\n", encoding="utf-8")
    monkeypatch.setattr(FORMATS["slack"], "has_signature", lambda _: True)
    monkeypatch.setattr(FORMATS["matrix"], "has_signature", lambda _: True)
    with pytest.raises(AmbiguousFormatError, match="--format matrix / --format slack"):
        recognise_format(path)
    settled = Source(path, Options(formats=("memotrace", "slack")))
    assert recognise_format(settled) is FORMATS["memotrace"]


@pytest.mark.parametrize(
    "rows",
    [
        "Ann,早上好\nBob,好\nAnn,晚上好\n",
        "Ann\tmorning\nBob\thi\nAnn\tgood night\n",
    ],
)
def test_first_message_of_a_table_is_not_printed_as_its_columns(rows, tmp_path):
    """Without a header it is somebody's name, which stands below again."""
    path = tmp_path / "a.csv"
    path.write_text(rows, "utf-8")
    source = Source(path, Options(columns={"sender": "wer"}))
    with pytest.raises(BrokenFileError) as told:
        recognise_format(source)
    assert "Ann" not in str(told.value)
    path.write_text("who,what\n" + rows.replace("\t", ","), "utf-8")
    with pytest.raises(BrokenFileError, match="the columns who, what"):
        recognise_format(Source(path, source.options))


@pytest.mark.parametrize("name", sorted(READ_ALONE & WRITERS.keys()))
def test_archive_with_two_exports_of_one_file_each_is_refused(name, tmp_path):
    """The second one was passed over in silence."""
    path = WRITERS[name].write(community(), tmp_path)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, path.name)
        archive.writestr("zz/notes.txt", "kept with a message")
    assert recognise_format(tmp_path / "a.zip") is FORMATS[name]
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.write(path, f"zz{path.suffix}")
    with pytest.raises(BrokenFileError, match="1 more file with text"):
        recognise_format(tmp_path / "a.zip")


ENVELOPES = [
    '\n {{"code": 0, "msg": "[{{", "data": {}, "total": 9}}',
    '{{"ok": true, "messages": {}}}',
    '{{"result": {{"page": 1, "list": {}}}}}',
]
ENCLOSED = ("chatlab", "discord", "matrix", "telegram", "weflow", "wxcli")


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("name", ENCLOSED)
def test_a_document_within_an_envelope_is_read_as_if_alone(name, envelope, tmp_path):
    """What a server answers has a code and a count around the same export."""
    path = WRITERS[name].write(community(), tmp_path / "alone")
    (tmp_path / "within").mkdir()
    within = tmp_path / "within" / path.name
    within.write_text(envelope.format(path.read_text("utf-8")), encoding="utf-8")
    (tmp_path / "key").write_text("0" * 64)
    alone, enclosed = (
        read_messages(one, key=tmp_path / "key") for one in (path, within)
    )
    assert len(enclosed)
    columns = ["group", "time", "sender", "text"]
    assert enclosed[columns].equals(alone[columns])


ROWS = [
    {"sendTime": f"2024-03-0{day} 10:00:00Z", "发送人": who, "text": "hi"}
    for day, who in enumerate("xyxy", 1)
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("log.json", json.dumps(ROWS, indent=1)),
        ("log.json", json.dumps({"code": 200, "data": {"records": ROWS}})),
        ("log.json", LINES),
        ("log.ndjson", LINES),
    ],
)
def test_rows_in_json_are_a_table(file, content, tmp_path):
    """A list of rows with times and senders was JSON of no format."""
    (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "key").write_text("0" * 64)
    with pytest.warns(UserWarning, match="by the names of their columns"):
        messages = read_messages(tmp_path / file, key=tmp_path / "key")
    assert (len(messages), messages["sender"].nunique()) == (4, 2)


def test_a_list_of_several_chats_is_refused_with_the_remedy(tmp_path):
    """One file would be one group."""
    path = WRITERS["wxcli"].write(community(), tmp_path)
    path.write_text(f"[{path.read_text('utf-8')}]", encoding="utf-8")
    with pytest.raises(BrokenFileError, match="list of several chats"):
        recognise_format(path)
