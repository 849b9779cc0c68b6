"""Exports turned into ChatLab's and ConvoKit's formats."""

import json
import re
import zipfile

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.errors import BrokenFileError, ShequnError
from helpers.formats import Options, read_export
from helpers.formats.convert import convert_exports
from pipeline.validation.export_writers import WRITERS, Change, Community, Person, Post

CHAT = (
    "13/04/2024, 10:00 - Zebulon: hello Yolanda\n"
    "13/04/2024, 10:01 - Yolanda left\n"
    "13/04/2024, 10:02 - Zebulon: <Media omitted>\n"
)


@pytest.fixture
def chat(tmp_path, key):
    """A chat and a key."""
    path = tmp_path / "chat.txt"
    path.write_text(CHAT, encoding="utf-8")
    return path, key


def test_chatlab_reads_back_what_was_converted(chat, tmp_path):
    """As many messages and people, and nobody's name."""
    path, key = chat
    (written,) = convert_exports([path], "chatlab", tmp_path / "out", key=key)
    (found,) = inspect_exports([written]).exports
    assert (found.form, found.messages, found.speakers) == ("ChatLab", 2, 1)
    text = written.read_text(encoding="utf-8")
    assert not [name for name in ("Zebulon", "Yolanda") if name in text]


def test_a_convokit_corpus_is_whole_and_consistent(chat, tmp_path):
    """Every speaker and conversation of an utterance is listed."""
    path, key = chat
    (corpus,) = convert_exports([path], "convokit", tmp_path / "corpus", key=key)
    lines = (corpus / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    speakers = json.loads((corpus / "speakers.json").read_text(encoding="utf-8"))
    groups = json.loads((corpus / "conversations.json").read_text(encoding="utf-8"))
    assert len(said) == 2
    assert {one["speaker"] for one in said} == speakers.keys()
    assert {one["conversation_id"] for one in said} == groups.keys()


def test_an_unknown_target_is_refused_before_anything_is_read(tmp_path):
    """The error names what can be had."""
    with pytest.raises(ShequnError, match="chatlab / convokit"):
        convert_exports([tmp_path / "absent"], "pdf", tmp_path)


def test_a_hostile_archive_is_refused_before_anything_is_written(chat, tmp_path):
    """Names that lead out and bombs, beside an export that is good."""
    path, key = chat
    out = tmp_path / "out"
    for name, text in (("../a.txt", CHAT), ("b.txt", "0" * 10**7)):
        bad = tmp_path / "bad.zip"
        with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, text)
        with pytest.raises(BrokenFileError):
            convert_exports([path, bad], "chatlab", out, key=key)
        assert not out.exists()
    assert not (tmp_path.parent / "a.txt").exists()


NAMELESS = {"matrix", "table_csv", "table_lines", "table_parquet"}  # ids, no names


def community():
    """Three people, one silent, with replies, a picture and a join."""
    people = tuple(Person(f"7799{n}00{n}", f"kanarie{n}") for n in range(3))
    when = 1_700_000_000 * 10**6
    said = [
        Post(
            id=f"8899{n:04d}", time_us=when + n * 10**6, sender=people[n % 2].id,
            text=f"第{n}条 {people[n % 2].name}",
            reply_to=f"8899{n - 1:04d}" if n else None,
            kind="image" if n == 4 else "text",
        )
        for n in range(6)
    ]  # fmt: skip
    join = Change(
        time_us=when + 9 * 10**6, kind="join",
        actor=people[0].id, subjects=(people[1].id,),
    )  # fmt: skip
    ids = tuple(person.id for person in people)
    return Community(id="6699003", name="kanarie", people=people, owner=ids[0],
                     members=ids, happenings=(*said, join))  # fmt: skip


def told(path, key, options=None):
    """Messages as (seconds, picture or not, reply or not), and how many joins.

    A join that a log alone told becomes a system line, so these are left out.
    """
    messages, joins = [], 0
    for batch in read_export(path, key=key, options=options):
        rows = batch.table.to_pylist()
        if batch.kind == "message":
            messages += [
                (
                    row["time_us"] // 10**6,
                    row["kind"] == "image",
                    bool(row["reply_to"]),
                )
                for row in rows
                if row["kind"] != "system"
            ]
        if batch.kind == "event":
            joins += sum(row["kind"] == "join" for row in rows)
    return sorted(messages), joins


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_every_format_survives_conversion_to_chatlab(name, tmp_path, key):
    """As many messages at the same seconds, replies and joins, and no name."""
    options = WRITERS[name].options or Options()
    path = WRITERS[name].write(community(), tmp_path / "in")
    (written,) = convert_exports(
        [path], "chatlab", tmp_path / "out", key=key, options=options
    )
    assert told(written, key) == told(path, key, options)
    hidden = ["7799", "8899", "6699"] + ["kanarie"] * (name not in NAMELESS)
    text = written.read_text(encoding="utf-8")
    assert not [one for one in hidden if one in text]


DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
ODD_NAMES = ("CON", "aux.", "群: 一", "读书会 ", "a/b\\c", "nul.json", "x" * 300)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_files_of_odd_groups_have_names_that_windows_takes(encoding, tmp_path, key):
    """A device's name, a colon or a blank at the end cannot be written there."""
    folder = tmp_path / "导出 夹 (2)"
    folder.mkdir()
    rows = [f"2024-03-0{n + 1} 10:00:00,张三,你好,{g}" for n, g in enumerate(ODD_NAMES)]
    table = "\r\n".join(["时间,发送者,内容,群", *rows])
    (folder / "群 聊.csv").write_bytes(table.encode(encoding))
    written = convert_exports(
        [folder / "群 聊.csv"], "chatlab", tmp_path / "out 夹", key=key
    )
    assert len({file.name.lower() for file in written}) == len(ODD_NAMES)
    assert not [
        file.name
        for file in written
        if DEVICE.match(file.name) or re.search("[^a-z0-9.]", file.name)
    ]
