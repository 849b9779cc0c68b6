"""What no program is known for is read by rule, and says so; what is no chat is not."""

import json
import re
from datetime import datetime, timedelta
from zipfile import ZipFile

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.errors import BrokenFileError
from helpers.formats import read_export, recognise_format
from helpers.formats.reading.source import Source
from helpers.formats.rows.losses import COMMITS, RULED, SWAPPED

NAMES = ("Ann", "Bea", "Cyd")
FIRST = datetime(2024, 3, 10, 8)  # noqa: DTZ001  a clock on a wall
TIMES = [FIRST + timedelta(hours=25 * n, minutes=n) for n in range(9)]
ROWS = [(t, NAMES[n % 3], f"the soup was {n} times great") for n, t in enumerate(TIMES)]
NTH = [*enumerate(ROWS)]
SENT = "{t:%a, %d %b %Y %H:%M:%S} +0800"
TEXTS = {
    "irc.log": "{t:%Y-%m-%d %H:%M:%S} <{w}> {x}\n",
    "irssi.log": "--- Day changed {t:%a %b %d %Y}\n{t:%H:%M} <{w}> {x}\n",
    "opened.log": "--- Log opened {t:%a %b %d 07:01:02 %Y}\n{t:%H:%M}< {w}> {x}\n",
    "colons.txt": "({t:%Y-%m-%d %H:%M:%S}) {w}:8:x: {x}\n",
    "plain.txt": "{t:%a, %b %d, %Y, %H:%M:%S} - {w}: {x}\n",
    "proxy.log": "{t:%Y-%m-%d %H:%M:%S}  <{w}!~u@x.org>  {x}\n",
    "d.json": '{{\n"actorType": "{w:.1}", "sender_jid_row_id": "{w}", "key_hash": '
    '"{x}", "at": "{t}Z", "text_data": "{x}"\n}}\n',
    "viewer.txt": "{t:%d.%m.%Y - %H:%M:%S}; {w}: {x}\n",
    "above.txt": "{w} ({t:%H:%M:%S  %d/%m/%Y}):\n{x}\n\n",
    "kinds.txt": "{w} [文本] {t}\n{x}\n\n",
    "quotes.txt": "{t} {w}({w}@x.org)\n{x}\n13/04/2024, 10:00 - Dan: hi\n\n",
    "element.txt": "{t:%A, %B %d, %Y}\n{w}\n{t:%H:%M}\n{x}\n\n",
    "teams.txt": "[{t:%m/%d/%Y %I:%M %p}] {w} Miller\n{x}\n\n",
    "copied.txt": "{w} — {t:%d/%m/%Y %H:%M}\n{x}\n\n",
    "mail.txt": f"From: {{w}}\nType: incoming\nSent: {SENT}\n\n{{x}}\n\n",
    "old.txt": "{t:%d/%m/%Y %H:%M:%S}: {w}: {x}\n",
    "clock.csv": "{t:%Y-%m-%d};{t:%H:%M};{w};{x}\n",
    "shield.csv": '="{t:%d/%m/%Y}"\t{t:%H:%M}\t="{w}"\t"{x}"\n',
    "odd.csv": "{w},{t:%Y/%m/%d %H:%M},{x},{t:%S}\n",
    "a.jsonl": '{{"who": {{"uid": "{w}", "chatId": "c{w}"}}, "what": "video", '
    '"when": "{t}+08:00", "data": {{"content": "{x}"}}, "type": "message-add"}}\n',
    "b.jsonl": '{{"id": "{x}", "sent_at": "{t}Z", "type": "incoming", '
    '"serviceId": "{w}", "body": "{x}"}}\n',
    "c.jsonl": '{{"msg": {{"at": "{t}Z", "channel": {{"name": "c"}}, "text": '
    '{{"body": "{x}"}}, "sender": {{"username": "{w}", "uid": "{w}"}}}}}}\n',
}


def read(path):
    """The messages of a file by whatever recognises it, and why rows are doubtful."""
    source, rows = Source(path), []
    for batch in recognise_format(source).read(source):
        rows += batch.table.to_pylist() if batch.kind == "message" else []
    return rows, {entry.reason: entry.rows for entry in source.losses}


@pytest.mark.parametrize("name", TEXTS)
def test_an_unknown_layout_is_read_whole_and_told(put, name):
    """A program that nobody wrote a reader for left its users without a report."""
    text = "".join(TEXTS[name].format(t=t, w=w, x=x) for t, w, x in ROWS)
    rows, why = read(put(text, name))
    assert [row["text"].split("\n")[0] for row in rows] == [x for *_, x in ROWS]
    assert len({row["group"] for row in rows}) == 1
    assert [row["sender"].removeprefix("name:")[:3] for row in rows] == [*NAMES] * 3
    steps = [(row["time_us"] - rows[0]["time_us"]) // 60_000_000 for row in rows]
    assert steps == [1501 * n for n in range(len(ROWS))]
    assert RULED in why


def test_clocks_take_their_day_from_the_files_name(put):
    """A day of IRC was unreadable, and each day a group of its own."""
    for t, w, x in ROWS[:2]:
        path = put(f"[{t:%H:%M:%S}] <{w}> {x}\n", f"#c/{t:%Y-%m-%d.%H%M%S}+0100CET.log")
        (row,) = read(path)[0]
        assert (row["group"], row["sender"]) == ("#c", f"name:{w}")
        assert row["time_us"] // 60_000_000 % 1440 == (t.hour - 8) % 24 * 60 + t.minute
    with pytest.raises(BrokenFileError, match=r"no days.*by its day"):
        read(put("".join(f"[{t:%H:%M}] {w}: {x}\n" for t, w, x in ROWS), "a.log"))


def test_an_order_of_days_that_nothing_tells_is_asked_for(put):
    """The fourth of March is the third of April elsewhere."""
    lines = [f"{name} — 03/04/2024 10:0{n}\nhi\n" for n, name in enumerate(NAMES * 2)]
    with pytest.raises(BrokenFileError, match="--date-order"):
        read(put("\n".join(lines), "a.txt"))


def test_each_chat_of_a_document_is_a_group_of_its_own(put):
    """The first chat of several was all that could have been read."""
    lines = [{"who": {"uid": w}, "when": f"{t}Z", "said": x} for t, w, x in ROWS]
    chats = [{"id": f"c{n}", "title": "Club", "msgs": lines} for n in range(2)]
    rows, _ = read(put(json.dumps({"made": "x", "talks": chats}), "a.json"))
    assert [row["group"] for row in rows] == ["c0"] * 9 + ["c1"] * 9


def test_lists_by_month_are_one_chat_and_lists_by_name_are_several(put):
    """What stood behind the first list was left out in silence."""
    rows = [{"n": w, "t": f"{t}Z", "x": x} for t, w, x in ROWS]
    for keys, groups in ((("03", "04"), {"a"}), (("talk", "news"), {"talk", "news"})):
        parts = dict(zip(keys, (rows, rows), strict=True))
        found, _ = read(put(json.dumps({"v": 1, "all": parts}), "a.json"))
        assert (len(found), {row["group"] for row in found}) == (18, groups)


KEYED = {  # a document of rows that stand otherwise than in a list
    "beneath ids": lambda rows: {"said": {f"-Na{n}": r for n, r in enumerate(rows)}},
    "beneath numbers": lambda rows: {str(n): row for n, row in enumerate(rows)},
    "by column": lambda rows: {key: [row[key] for row in rows] for key in rows[0]},
    "apart from names": lambda rows: {
        "columns": [*rows[0]], "data": [[*row.values()] for row in rows]
    },
    "in a chat beneath its id": lambda rows: {
        "12@g.us": {"name": "g", "messages": {str(n): r for n, r in enumerate(rows)}}
    },
    "beneath ids of chats": lambda rows: {
        "data": {"99": {str(n): row for n, row in enumerate(rows)}}
    },
    "by kind, in a page": lambda rows: [
        {"talk": {"id": "12@g.us", "messages": [{"said": row} for row in rows]}}
    ],
}  # fmt: skip


@pytest.mark.parametrize("way", KEYED)
def test_rows_that_are_no_list_are_rows(put, way):
    """Databases and pandas write them beneath ids, numbers or columns."""
    rows = [
        {"by": w, "at": t.timestamp(), "time": f"{t:%H:%M}", "said": x}
        for t, w, x in ROWS
    ]
    before, name = ("window.a = ", "a.js") if "page" in way else ("", "a.json")
    found, _ = read(put(before + json.dumps(KEYED[way](rows)), name))
    assert [row["text"] for row in found] == [x for *_, x in ROWS]
    assert found[8]["time_us"] - found[0]["time_us"] == 8 * 1501 * 60_000_000
    assert {row["group"] for row in found} == {"12@g.us" if "in a" in way else "a"}


def test_what_is_one_in_each_group_is_no_sender(put):
    """Titles of rooms were all who wrote; acts were lost, private rows a group."""
    rows = [
        {"at": t.timestamp(), "xRoomId": f"r{n % 2}", "roomTopic": "ab"[n % 2]}
        | {"contactName": NAMES[n % 3], "sticker": {"type": n} if n == 1 else {}}
        | {"msg": {"type": "text" if n != 1 else "dance"}, "said": x * (n != 1)}
        for n, (t, _, x) in NTH
    ]
    rows += [rows[-1] | {"xRoomId": None, "msg": {"type": "private"}}]
    *found, last = read(put(json.dumps({"all": rows}), "a.json"))[0]
    told = [(row["group"], row["sender"]) for row in found]
    assert told == [(f"r{n % 2}", NAMES[n % 3]) for n in range(9)]
    assert (found[1]["kind"], last["group"]) == ("other", "direct:a")


def test_the_id_of_whoever_exported_is_no_group(put):
    """Two conversations were one, as each row had its owner's id."""
    said = [{"by": {"chat_id": w}, "at": f"{t}Z", "said": x} for t, w, x in ROWS]
    rows = [row | {"me": {"user_id": {"chat_id": "1"}}} for row in said]
    chats = [{"name": name, "events": rows} for name in "ab"]
    found, _ = read(put(json.dumps({"chats": chats}), "a.json"))
    assert [row["group"] for row in found] == ["a"] * 9 + ["b"] * 9


def test_small_json_in_an_archive_is_not_called_unsafe(put):
    """It had "a header over 64 MiB", and seconds were a clock to the minute."""
    rows = {f"-N{n}": {"by": w, "at": t.timestamp(), "x": x} for n, (t, w, x) in NTH}
    with ZipFile(path := put(b"", "a.zip"), "w") as archive:
        archive.writestr("said.json", json.dumps({"version": 7, "said": rows}))
    (found,) = inspect_exports([path]).exports
    assert (found.messages, found.version) == (9, None)
    assert found.observability.time_zone_known


def test_letters_that_were_written_byte_by_byte_are_put_together(put):
    """Messenger's Zoë is no ZoÃ«."""
    name = "Zoë".encode().decode("latin-1")
    rows = [
        {"sender_name": name, "timestamp_ms": int(t.timestamp() * 1000), "content": x}
        for t, _, x in ROWS
    ]
    rows[0]["sender_name"] = "Ann"
    found, _ = read(put(json.dumps({"title": "Club", "messages": rows}), "a.json"))
    assert [row["sender"] for row in found] == ["Ann"] + ["Zoë"] * 8
    assert {row["group"] for row in found} == {"Club"}


@pytest.mark.parametrize(
    ("name", "head", "line"),
    [
        ("log.csv", "timestamp,level,logger,message", "{t},ERROR,{w},{x}"),
        ("bank.csv", "Date,Payee,Purpose,Amount", "{t},{w},{x},3.50"),
        ("app.log", "", "[{t}] {w}.ERROR: {x}"),
        ("app.txt", "", "{t},123 INFO {w}: {x}"),
        ("prices.csv", "time,symbol,open", "{t},{w},3"),
    ],
)
def test_what_is_no_chat_is_refused(put, name, head, line):
    """A log counted as a lively group of levels."""
    lines = [head, *(line.format(t=t, w=w, x=x) for t, w, x in ROWS)]
    with pytest.raises(BrokenFileError):
        read(put("\n".join(filter(None, lines)), name))


def test_commits_in_columns_of_usual_names_are_read_with_a_doubt(put):
    """Author, date and message are what chats have, too."""
    lines = (f"\n{n}f,{w},{t},{x}" for n, (t, w, x) in enumerate(ROWS))
    assert COMMITS in read(put("sha,author,date,message" + "".join(lines), "a.csv"))[1]


def test_days_that_a_spreadsheet_swapped_are_put_right_and_told(put):
    """The first of March was the third of January without a word."""
    lines = [f"2024-{n:02}-03 08:00:00,Ann,hi" for n in range(1, 13)]
    lines += [f"{n}/03/2024 08:00,Bea,hi" for n in range(13, 20)]
    rows, why = read(put("\n".join(["time,sender,text", *lines]), "a.csv"))
    days = [row["time_us"] // 86_400_000_000 for row in rows]
    assert days == list(range(days[0], days[0] + 19))
    assert why[SWAPPED] == 12


BIRDS = ("Kanarievogel", "Nachtigallus", "Zaunkoeniga")
APPS = {
    "[LINE] Chat.txt": (
        "[LINE] Club\n保存日時：2024/04/01 10:00\n\n2024/03/10(日)\n",
        "{t:%H:%M}\t{w}\t{x}\n",
    ),
    "KakaoTalk.txt": (
        "Club 님과 카카오톡 대화\n저장한 날짜 : 2024년 4월 1일 오전 10:00\n\n",
        "2024년 3월 10일 오전 8:{t:%M}, {w} : {x}\n",
    ),
}


@pytest.mark.parametrize("name", [*TEXTS, *APPS])
def test_no_name_leaves_what_is_read_by_rule(put, name, tmp_path, monkeypatch):
    """Names stand as senders and in what others write to them."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path))
    head, line = APPS.get(name, ("", re.sub(" Miller|:8:x", "", TEXTS.get(name, ""))))
    said = [(t, BIRDS[n % 3], f"ask {BIRDS[(n + 1) % 3]}") for n, t in enumerate(TIMES)]
    text = head + "".join(line.format(t=t, w=w, x=x) for t, w, x in said)
    left = [str(batch.table.to_pylist()) for batch in read_export(put(text, name))]
    assert sum(one.count("'text': 'ask ") for one in left) == len(said)
    assert not [bird for bird in BIRDS if bird in "".join(left)]
