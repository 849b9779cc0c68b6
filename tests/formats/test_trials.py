"""Faults that trials with inputs of other people's brought to light, one by one."""

import gzip
import io
import json
import re
import zipfile
from collections import Counter

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.errors import BrokenFileError
from helpers.formats import FORMATS, Options, read_export, recognise_format
from helpers.formats.convert import convert_exports
from helpers.formats.reading.archives import open_container
from helpers.formats.reading.dates import UndecidedDateOrderError
from helpers.formats.reading.source import detect_encoding
from helpers.formats.rows.losses import GAPS, IMPORTED
from helpers.formats.rows.times import UNTIMED

SHANGHAI = 1_705_114_800_000_000  # 2024-01-13 11:00


def telegram(number):
    """A group's chat of Telegram with one message."""
    said = {"id": number, "type": "message", "date_unixtime": "1709254800",
            "from": "Ann", "from_id": "user1", "text": "hi"}  # fmt: skip
    return {"name": f"g{number}", "type": "private_group", "id": number,
            "messages": [said]}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Grüße aus München, für später: très bien, señor", "cp1252"),
        ("大家好，今天的活动在下午三点开始", "gb18030"),
        ("A: 大家好 ok\nB: 好的\n", "gb18030"),
        ("大家好，今天的活動在下午三點開始", "gb18030"),
        ("大家好，今天的活動在下午三點開始", "big5hkscs"),
        ("time,sender\n2024/1/5,陳：唔知喎，啲人去咗邊 ok\n", "big5hkscs"),
    ],
)
def test_encoding_of_ambiguous_bytes_is_decided_by_content(tmp_path, text, encoding):
    """All decode as GB18030; in one high bytes stand alone, in one pairs end low."""
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    with path.open("rb") as file:
        assert detect_encoding(file, "a.txt").name == encoding


def test_a_packed_table_is_read(key, put):
    """As programs that compress write it."""
    path = put(gzip.compress(TABLE.encode()), "t.csv.gz")
    assert recognise_format(path).NAME == "table of messages"
    batches = list(read_export(path, key=key))
    (said,) = (b.table.to_pylist() for b in batches if b.kind == "message")
    assert [(one["time_us"], one["text"]) for one in said] == [(SHANGHAI, "hi")]


def test_days_and_months_of_a_table_are_requested_where_nothing_tells(put, key):
    """03/04 is neither March nor April until somebody says."""
    path = put("time,sender,text\n03/04/2024 10:00,ann,hi\n", "t.csv")
    with pytest.raises(UndecidedDateOrderError, match="--date-order"):
        list(read_export(path, key=key))
    assert list(read_export(path, key=key, options=Options(date_order="mdy")))


def test_a_zip_whose_top_folder_has_a_colon_is_read(tmp_path):
    """A drive's letter leads out of an archive; a group's name doesn't."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("Club: Berlin/_chat.txt", "[13/04/2024, 10:02:00] Ann: hi\n")
    assert open_container(tmp_path / "a.zip").names == ("Club: Berlin/_chat.txt",)
    assert recognise_format(tmp_path / "a.zip").NAME == "WhatsApp TXT"


def test_one_group_exported_twice_is_converted_once(tmp_path, key, put):
    """The later export adds what is new in it."""
    line = "13/04/2024, 10:0{n} - Ann: hi {n}\n"
    paths = [
        put("".join(line.format(n=n) for n in range(many)), f"{many}/chat.txt")
        for many in (3, 5)
    ]
    (written,) = convert_exports(paths, "chatlab", tmp_path / "out", key=key)
    text = written.read_text(encoding="utf-8")
    assert text.count('"_type": "message"') == 5


def test_a_groups_name_is_masked_in_what_is_written(tmp_path, key, put):
    """It may be a person's, a firm's or a street's."""
    text = "13/04/2024, 10:00 - Ann: welcome to Zebulon Club!\n"
    path = put(text, "WhatsApp Chat with Zebulon Club.txt")
    (written,) = convert_exports([path], "chatlab", tmp_path / "out", key=key)
    assert "Zebulon" not in written.read_text(encoding="utf-8")


def test_convert_reports_rows_it_leaves_out(tmp_path, key, put):
    """Rows without a time, doubles, private chats, what a target has no place for."""
    rows = "time,sender,text,group\n2024-01-13 11:00,ann,hi,g\n,bob,no time,g\n"
    table = put(rows, "t.csv")
    private = telegram(1) | {"type": "personal_chat"}
    reacted = telegram(2)
    reacted["messages"][0]["reactions"] = [{"type": "emoji", "count": 3, "emoji": "x"}]
    paths = [
        table,
        put(rows, "2/t.csv"),
        put(private, "a/r.json"),
        put(reacted, "r.json"),
    ]
    losses = Counter()
    convert_exports(paths, "chatlab", tmp_path / "out", key=key, losses=losses)
    assert {reason: rows for reason, rows in losses.items() if rows} == {
        UNTIMED: 2,
        "in an earlier export already": 1,
        "of private chats (--include private)": 1,
        "reaction has no place in chatlab": 1,
    }


@pytest.mark.parametrize(
    "secret",
    ["+1 (555) 010-4567", "555-010-4567", "(555) 010 4567", "138-0013-8000",
     "07700 900123", "010-62345678", "+44 7700 900123", "@zebulon_b",
     "https://chat.whatsapp.com/AbC123dEf", "t.me/+AbCd", "https://t.me/joinchat/AbC",
     "discord.gg/AbC", "https://qm.qq.com/q/AbC"],
)  # fmt: skip
def test_numbers_handles_and_invitations_are_masked(tmp_path, key, put, secret):
    """Whoever has one can ring, write, or come in."""
    path = put(f"13/04/2024, 10:00 - Ann: see {secret} now\n", "chat.txt")
    (written,) = convert_exports([path], "chatlab", tmp_path / "out", key=key)
    text = written.read_text(encoding="utf-8")
    parts = [one for one in re.findall(r"\w{3,}", secret) if one not in PUBLIC]
    assert not [one for one in parts if one in text]


def zipped(name, text):
    """Return the bytes of a ZIP with one file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, text)
    return held.getvalue()


CHAT = "[13/01/2024, 11:00:00] Ann: hi\n"
TABLE = "time\tsender\ttext\n2024-01-13 11:00\tann\thi\n"
RENAMED = {
    "chat.txt": ("whatsapp", zipped("_chat.txt", CHAT)),
    "export": ("whatsapp", zipped("_chat.txt", CHAT)),
    "result.txt": ("telegram", json.dumps(telegram(1)).encode("utf-8-sig")),
    "table.txt": ("table", TABLE.encode("utf-16")),
    "table.tsv": ("table", TABLE.encode("utf-32")),
}


@pytest.mark.parametrize("name", sorted(RENAMED))
def test_exports_are_reported_by_their_bytes_whatever_they_are_called(put, name):
    """A ZIP without its ending, JSON called text, Excel's Unicode text."""
    form, data = RENAMED[name]
    assert recognise_format(put(data, name)) is FORMATS[form]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", zipped("[Content_Types].xml", "<x/>"), "save it as CSV"),
        ("a.zip", zipped("_chat.txt", CHAT)[:-9], "damaged"),
        ("b.zip", zipped("a/msgstore.db.crypt14", "?"), "export each chat there"),
    ],
)
def test_unreadable_file_is_reported_by_its_kind(put, name, data, said):
    """Not as a text without messages; with what to do about it."""
    with pytest.raises(BrokenFileError, match=said):
        recognise_format(put(data, name))


PUBLIC = {"https", "chat", "whatsapp", "com", "discord", "joinchat"}


def test_imported_history_and_missing_numbers_are_said(read):
    """Their times are not those of writing; what is not there is no silence."""
    row = {"type": "message", "from": "A", "from_id": "user1", "text": "hi"}
    rows = [row | {"id": n, "date_unixtime": "1709265600"} for n in range(1, 151)]
    rows.append(row | {"id": 500, "date_unixtime": "1709265609"})
    chat = {"name": "g", "type": "public_supergroup", "id": 100, "messages": rows}
    found = read("telegram", chat)
    assert ("note", IMPORTED, 150) in found.losses
    assert ("note", GAPS, 349) in found.losses


def test_one_damaged_day_does_not_cost_the_days_behind_it(put, tmp_path):
    """Reading a workspace stopped at the first broken file."""
    day = [{"type": "message", "user": "U1", "text": "hi", "ts": "1709265600.000100"}]
    put([{"id": "C1", "name": "c", "members": ["U1"]}], "export/channels.json")
    put([{"id": "U1", "name": "a"}], "export/users.json")
    put('[{"type": "mess', "export/c/2024-01-01.json")
    put(day, "export/c/2024-01-02.json")
    (found,) = inspect_exports([tmp_path / "export"]).exports
    assert found.messages == 1
    assert "breaks off" in found.error
