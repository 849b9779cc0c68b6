"""What no program is known for is read by rule, and says so; what is no chat is not."""

import json
import re
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.errors import BrokenFileError, UnknownFormatError
from helpers.formats import read_export, recognise_format
from helpers.formats.reading.source import Source
from helpers.formats.rows.losses import COMMITS, RULED, SWAPPED

NAMES = ("Ann", "Bea", "Cyd")
FIRST = datetime(2024, 3, 10, 8)  # noqa: DTZ001  a clock on a wall
TIMES = [FIRST + timedelta(hours=25 * n, minutes=n) for n in range(9)]
ROWS = [(t, NAMES[n % 3], f"the soup was {n} times great") for n, t in enumerate(TIMES)]
NTH = [*enumerate(ROWS)]
LAYOUTS = tomllib.loads(Path(__file__).with_name("layouts.toml").read_text("utf-8"))
TEXTS = LAYOUTS["texts"]


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
    assert [row["text"].split("\n")[0].strip() for row in rows] == [x for *_, x in ROWS]
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
    "without names": lambda rows: [[*row.values()] for row in rows],
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


def test_rows_of_xml_are_of_the_chat_around_them_unless_it_is_unsafe(put):
    """They were text with times; their threads would have been groups."""
    row = "<m conversation_id='{n}'><ts>{t}Z</ts><user>{w}</user><text>{x}</text></m>"
    rows = "".join(row.format(n=n // 3, t=t, w=w, x=x) for n, (t, w, x) in NTH)
    text = f"<?xml version='1.0'?>\n<log><channel_name>c</channel_name>{rows}</log>"
    found, _ = read(put(text, "a.xml"))
    assert {(row["group"], row["sender"]) for row in found} == {("c", w) for w in NAMES}
    with pytest.raises(BrokenFileError):
        read(put(text.replace("<log>", "<!DOCTYPE a [<!ENTITY b 'c'>]><log>"), "b.xml"))
    with pytest.raises(UnknownFormatError):  # too deep to be followed
        read(put("<?xml version='1.0'?>" + "<a>" * 9999 + "</a>" * 9999, "c.xml"))


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


@pytest.mark.parametrize(("name", "head", "line"), LAYOUTS["others"])
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
APPS = LAYOUTS["apps"]


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


@pytest.mark.parametrize("program", LAYOUTS["chats"])
def test_chats_of_two_are_no_groups_and_those_of_three_are(put, program):
    """A flag beside an id was not looked at; what three write in is none of two."""
    own, kinds = (
        {*LAYOUTS["chats"][program][1]} & {"rid", "chat"},
        LAYOUTS["chats"][program],
    )
    for writers, is_direct in ((2, True), (3, program == "WhatsApp")):
        wrote = [NAMES[n % 3 % (writers if 8 < n < 18 else 3)] for n in range(27)]
        rows = [
            {(*own, "chatId")[0]: f"c{n // 9}", "sender": w, "time": f"{t}Z", "text": x}
            | kinds[n // 9]
            for n, ((t, _, x), w) in enumerate(zip(ROWS * 3, wrote, strict=True))
        ]
        found, _ = read(put("\n".join(map(json.dumps, rows)), "a.jsonl"))
        told = [row["group"].startswith("direct:") for row in found]
        assert told == [False] * 9 + [is_direct] * 9 + [False] * 9


@pytest.mark.parametrize(("types", "told"), [("0 7 19", 2), ("0 7 3", 2), ("1 7 3", 0)])
def test_numbers_of_types_are_notices_where_nobody_writes_them(put, types, told):
    """Who joined a Discord server wrote; a picture on WhatsApp has a number, too."""
    kinds = [*(types.split()[:1] * 6), types.split()[1], *types.split()[1:]]
    rows = [
        {"author": w, "timestamp": f"{t}Z", "message_type": k, "channel_id": "c"}
        | {
            "content": x if k not in {"7", "3"} else "",
            "attachments": ["a"] * (k == "3"),
        }
        for (t, w, x), k in zip(ROWS, kinds, strict=True)
    ]
    found, _ = read(put("\n".join(map(json.dumps, rows)), "a.jsonl"))
    assert sum(row["kind"] == "system" for row in found) == told


def test_a_group_that_moved_is_one_and_facts_on_it_are_no_group(put):
    """A supergroup was a second group, and the channel's own record a third."""
    rows = [
        {"type": "message", "data": {"chat_id": n // 5, "from": w, "date": f"{t}Z"}}
        for n, (t, w, _) in NTH
    ]
    for n, row in enumerate(rows):
        row["data"] |= (
            {"content": ROWS[n][2]} if n != 5 else {"migrate_from_chat_id": 0}
        )
    rows.insert(0, {"type": "channel", "data": {"name": "c"}, "ts": 1710000000.5})
    found, _ = read(put("\n".join(map(json.dumps, rows)), "a.jsonl"))
    assert {row["group"] for row in found if row["kind"] == "text"} == {"0"}


def test_a_folder_names_the_chat_of_a_file_that_does_not(put):
    """All messages.csv of a download were one group; talk.csv has a name."""
    lines = "\n".join(f"{w},{t:%Y-%m-%d %H:%M:%S},{x}" for t, w, x in ROWS)
    names = {"Hiking/messages.csv": "Hiking", "Hiking/talk.csv": "talk"}
    names |= {"Hiking/chat (1)/71234.csv": "71234", "Hiking/chat/out": "Hiking"}
    irc = "".join(TEXTS["ii.log"].format(t=t, w=w, x=x) for t, w, x in ROWS)
    for name, group in names.items():
        text = lines if name.endswith("csv") else irc
        assert {row["group"] for row in read(put(text, name))[0]} == {group}
    with ZipFile(path := put(b"", "a.zip"), "w") as archive:
        archive.writestr("Hiking/messages.csv", lines)
    assert Source(path / "Hiking/messages.csv").chat_name == "Hiking"


def test_turns_of_several_people_with_times_are_a_chat(put):
    """They were "training data without times"."""
    rows = [
        {"role": ("user", "assistant")[n == 4], "sender_id": w, "timestamp": f"{t}"}
        | {"content": x} for n, (t, w, x) in NTH
    ]  # fmt: skip
    path = put(json.dumps({"meta": {"type": "group"}, "messages": rows}), "club.json")
    assert len(read(path)[0]) == 9
    for row in rows:
        row.pop("timestamp")
    with pytest.raises(BrokenFileError, match="without times"):
        read(put(json.dumps({"messages": rows}), "club.json"))
