"""One group exported by two people, or by two programs, is there once only."""

import json
import re
from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from helpers.formats.convert import convert_exports
from helpers.formats.rows.losses import RENUMBERED, SAME_ID, STRANGERS
from helpers.own_groups.group_facts import read_group_facts
from helpers.records import DAY_US, SECOND_US
from helpers.store.ingest import Terms, ingest_exports
from pipeline.validation.export_writers import WRITERS, Change, Person
from tests.communities import talk

START = 1_700_000_000 * SECOND_US // DAY_US * DAY_US
CHAT = "WhatsApp Chat with Club.txt"


def chat(folder, days, **called):
    """Write a chat of one line a day by Ann and Bob, as somebody calls them."""
    folder.mkdir()
    text = "".join(
        f"{day:02d}/03/2024, 10:{day:02d} - {called['ann' if day % 3 else 'bob']}: "
        + ("<Media omitted>\n" if day % 5 == 0 else "x" * day + "\n")
        for day in days
    )
    (folder / CHAT).write_text(text, encoding="utf-8")
    return folder / CHAT


def messages(exports):
    """Return group, sender and reply of every message in the store."""
    table = pq.read_table(exports.store().parts("message"))
    for name in ("group", "sender"):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, pc.cast(table[name], "string"))
    return table.to_pandas()


def test_people_named_differently_on_two_phones_are_merged(tmp_path):
    """Whoever wrote most of the lines that both chats have is one person."""
    mine = chat(tmp_path / "a", range(1, 21), ann="Ann", bob="+44 7700 900123")
    other = chat(tmp_path / "b", range(9, 29), ann="Mum", bob="Bob")
    found = messages(ingest_exports([mine, other], tmp_path / "store", Terms()).exports)
    assert len(found) == 28
    assert found["sender"].nunique() == 2
    (written,) = convert_exports([mine, other], "chatlab", tmp_path / "out")
    lines = [json.loads(line) for line in written.read_text("utf-8").splitlines()]
    said = [line for line in lines if line["_type"] == "message"]
    assert (len(said), len({line["sender"] for line in said})) == (28, 2)


def test_what_two_files_share_by_their_ids_alone_is_said(tmp_path):
    """Rows numbered anew, and a Discord channel with a Telegram group's id."""
    rows = "\n".join(f"{n},2024-01-0{n},ann,{'x' * n},7" for n in range(1, 6))
    line = {"type": "message", "date_unixtime": "1700000000", "text": "hi"}
    line |= {"from": "Ann", "from_id": "user1", "date": "2023-11-14T22:13:20"}
    chat = {
        "name": "g",
        "type": "private_group",
        "id": 7,
        "messages": [line | {"id": 1}],
    }
    texts = {
        "a.csv": f"id,time,sender,text,group\n{rows}",
        "b.csv": f"id,time,sender,text,group\n{rows.replace('-01-', '-03-')}",
        "result.json": json.dumps(chat | {"messages": [line | {"id": 99}]}),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    paths = [tmp_path / name for name in texts]
    entries = ingest_exports(paths, tmp_path / "store", Terms()).exports.entries
    told = [{why: n for why, n in one.notes.items() if "id" in why} for one in entries]
    assert told == [{}, {RENUMBERED: 5}, {SAME_ID: 1}]


def test_events_without_a_person_are_merged_with_others(tmp_path):
    """The later chat has a new name of the group only, the earlier one a join."""
    mine = chat(tmp_path / "a", range(1, 21), ann="Ann", bob="Bob")
    other = chat(tmp_path / "b", range(9, 29), ann="Mum", bob="Bob")
    for path, said in (
        (mine, "01/03/2024, 09:00 - Ann added Bob\n"),
        (other, '08/03/2024, 09:00 - Mum changed the subject from "a" to "b"\n'),
    ):
        path.write_text(said + path.read_text("utf-8"), encoding="utf-8")
    exports = ingest_exports([mine, other], tmp_path / "store", Terms()).exports
    assert exports.store().rows["event"] == 2
    assert len(messages(exports)) == 28 + 2


@pytest.mark.parametrize(
    ("bob", "m", "n"), [("Bob", 3, 1), ("Dan", 4, 1), ("Bob", 4, 0)]
)
def test_two_chats_of_one_name_are_not_merged(tmp_path, bob, m, n):
    """What falls together by chance makes nobody somebody else; two chats are told."""
    mine = chat(tmp_path / "a", range(1, 21), ann="Ann", bob="Bob")
    other = tmp_path / "b" / CHAT
    other.parent.mkdir()
    later = mine.read_text("utf-8").replace(" 10:", " 11:").replace("Ann", "Eve")
    later = later.replace("Bob", bob).replace("/03/", f"/0{m}/")
    # of other lengths: those of equal ones an hour later are of another time zone
    later = re.sub("x+", lambda found: "y" * (41 - len(found[0])), later)
    other.write_text(later, encoding="utf-8")
    exports = ingest_exports([mine, other], tmp_path / "store", Terms()).exports
    found, told = messages(exports), exports.entries[1].notes.get(STRANGERS, 0)
    assert (len(found), told, found["sender"].nunique() - 3) == (40, n, bob != "Bob")


def community(first, last, *, ids=0):
    """Return days of a group of three; each exporter's messages may have own ids."""
    names = [f"成员{n}" for n in range(4)]
    told = talk(
        names, last, start=START // SECOND_US, every=86_400, first=9_000 + ids,
        more=lambda n: {
            "text": "好" * (n + 1),
            "reply_to": f"{8_999 + ids + n}" if n > first else None,
        },
        name="读书群", owner=None,
    )  # fmt: skip
    return replace(told, happenings=told.happenings[first:])


PAIRS = [
    ("telegram", "telegram"), ("qq", "qce"), ("qce", "qq"), ("chatlab", "qce"),
    ("chatlog", "weflow"), ("weflow", "memotrace_txt"), ("weflow", "memotrace_csv"),
    ("weflow", "pywxdump"), ("discord", "chatlab"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_messages_exported_by_two_programs_are_not_duplicated(tmp_path, one, two):
    """Their ids differ, of messages and of the group; its name and talk do not."""
    paths = []
    for form, span in ((one, (0, 20)), (two, (8, 30))):
        folder = tmp_path / f"{len(paths)}"
        folder.mkdir()
        told = community(*span, ids=500 * len(paths))
        paths.append(WRITERS[form].write(told, folder))
    done = ingest_exports(paths, tmp_path / "store", Terms())
    assert not done.refused
    found = messages(done.exports)
    assert (found["group"].nunique(), len(found), found["sender"].nunique()) == (
        1,
        30,
        3,
    )
    written = convert_exports(paths, "chatlab", tmp_path / "out")
    said = [path.read_text("utf-8").count('"_type": "message"') for path in written]
    assert said == [30]


TOLD = [*PAIRS, ("qq", "matrix"), ("telegram", "discord"), ("chatlog", "whatsapp")]


@pytest.mark.parametrize(("one", "two"), TOLD)
def test_join_recorded_by_two_programs_is_counted_once(tmp_path, one, two):
    """One names who invited, another not; one knows the second, another the minute."""
    new = Person("10004", "新人")
    came = Change(time_us=START + 15 * DAY_US + 5_250_000, kind="join",
                  actor="10001", subjects=(new.id,))  # fmt: skip
    paths = []
    for form, span in ((one, (0, 20)), (two, (8, 30))):
        folder = tmp_path / f"{len(paths)}"
        folder.mkdir()
        told = community(*span, ids=500 * len(paths))
        at = 16 - span[0]
        told = replace(
            told, people=(*told.people, new), members=(*told.members, new.id),
            happenings=(*told.happenings[:at], came, *told.happenings[at:]),
        )  # fmt: skip
        paths.append(WRITERS[form].write(told, folder))
    store = ingest_exports(paths, tmp_path / "store", Terms()).exports.store()
    events = [pq.read_table(part)["kind"].to_pylist() for part in store.parts("event")]
    assert sum(kinds.count("join") for kinds in events) == 1


def test_overlap_with_an_older_export_is_not_duplicated(tmp_path):
    """Without ids, rows that are new may lie before those that are there already."""
    mine = chat(tmp_path / "a", range(10, 29), ann="Ann", bob="Bob")
    other = chat(tmp_path / "b", range(1, 21), ann="Ann", bob="Bob")
    found = messages(ingest_exports([mine, other], tmp_path / "store", Terms()).exports)
    assert len(found) == 28


def test_channels_of_one_name_are_different_groups(tmp_path):
    """Every server has a general; exports of one format tell them by their ids."""
    paths = []
    for number in ("700", "800"):
        folder = tmp_path / number
        folder.mkdir()
        told = replace(community(0, 20), id=number)
        paths.append(WRITERS["discord"].write(told, folder))
    found = messages(ingest_exports(paths, tmp_path / "store", Terms()).exports)
    assert (found["group"].nunique(), len(found)) == (2, 40)
    assert len(convert_exports(paths, "chatlab", tmp_path / "out")) == 2


def test_a_table_of_groups_may_name_a_group_by_either_exports_key(tmp_path):
    """The template is written before anybody knows that two groups are one."""
    paths = []
    for form, span in (("qq", (0, 20)), ("qce", (8, 30))):
        folder = tmp_path / form
        folder.mkdir()
        paths.append(WRITERS[form].write(community(*span), folder))
    table = tmp_path / "groups.csv"
    exports = ingest_exports(paths, tmp_path / "store", Terms()).exports
    (own,), (other,) = set(exports.aliases.values()), exports.aliases
    for said in (f"key,type\n{own},fans\n{other},\n", f"key,type\n{other},fans\n"):
        table.write_text(said, encoding="utf-8")
        facts = read_group_facts(table, {own}, exports.aliases)
        assert {key: one.type for key, one in facts.items()} == {own: "fans"}


def test_equal_file_names_do_not_merge_message_positions(tmp_path):
    """Every export of Telegram is called `result.json`, and counts from 1."""
    paths = []
    for span in ((0, 20), (8, 30)):
        folder = tmp_path / f"{len(paths)}"
        folder.mkdir()
        paths.append(WRITERS["telegram"].write(community(*span), folder))
    found = messages(ingest_exports(paths, tmp_path / "store", Terms()).exports)
    place = found[["group", "file", "position"]].astype(str)
    assert not place.duplicated().any()


def write_chat(folder, hours, lengths, hour=10):
    """Write a chat by Ann and Bob with messages of some lengths, some hours later."""
    folder.mkdir()
    lines = [
        (day, f"{day:02d}/03/2024, {hour + hours}:{day:02d} - Ann: {'x' * length}\n")
        for day, length in enumerate(lengths, 1)
    ]
    text = "".join(line for _, line in lines)
    (folder / CHAT).write_text(text, encoding="utf-8")
    return folder / CHAT


def test_exports_from_two_time_zones_are_not_duplicated(tmp_path):
    """One group with twice its messages came of it, without a note."""
    lengths = [*range(1, 21)]
    mine = write_chat(tmp_path / "a", 0, lengths)
    other = write_chat(tmp_path / "b", 7, [*lengths, 30, 31])
    done = ingest_exports([mine, other], tmp_path / "store", Terms())
    found = messages(done.exports)

    assert len(found) == 22
    # what only the later one has stands by the first one's clock, too
    assert (found["time_us"] // (SECOND_US * 3600) % 24 == 2).all()  # 10 in Shanghai
    (note,) = done.refused
    assert "moved by -7:00 h" in str(note)
    notes = []
    convert_exports([mine, other], "chatlab", tmp_path / "out", broken=notes)
    assert ["moved by -7:00 h" in str(note) for note in notes] == [True]


def test_exports_without_common_messages_keep_their_clocks(tmp_path):
    """Two exports of a group that share no message keep their clocks."""
    rng = np.random.default_rng(4)
    mine = write_chat(tmp_path / "a", 0, rng.integers(1, 60, 28))
    other = write_chat(tmp_path / "b", 7, rng.integers(1, 60, 28))
    done = ingest_exports([mine, other], tmp_path / "store", Terms())

    assert len(messages(done.exports)) == 56
    assert done.refused == ()
