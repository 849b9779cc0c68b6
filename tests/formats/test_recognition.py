"""Which format an export is of, and what is refused."""

import time
import zipfile

import pytest

from helpers.errors import BrokenFileError
from helpers.formats import FORMATS, Source, recognise
from helpers.formats.json.json_keys import key_paths
from helpers.records import Observability
from helpers.validation.export_writers import (
    WRITERS,
    Community,
    Person,
    Post,
    options_of,
)


def community():
    """Two people, two posts."""
    people = (Person("10001", "甲一"), Person("10002", "乙二"))
    posts = tuple(
        Post(
            id=f"{9 + n}", time_us=(1_700_000_000 + n) * 10**6, sender=p.id, text="好吗"
        )
        for n, p in enumerate(people)
    )
    members = tuple(person.id for person in people)
    return Community(id="700", name="读书群", people=people, owner="10001",
                     members=members, happenings=posts)  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_an_export_is_of_exactly_one_format(name, tmp_path):
    """No two modules claim the same file."""
    path = WRITERS[name].write(community(), tmp_path)
    source = Source(path, options_of(WRITERS[name]))
    assert recognise(source) is FORMATS[WRITERS[name].FORMAT]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_module_keeps_the_contract(name):
    """NAME, OBSERVES, recognises and read."""
    module = FORMATS[name]
    assert isinstance(module.NAME, str)
    assert isinstance(module.OBSERVES, Observability)
    assert callable(module.recognises)
    assert callable(module.read)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('[{"conversations": [{"role": "user", "content": "x"}]}]', "training data"),
        ('{"messages": [{"role": "user", "content": "x"}]}', "training data"),
        (
            "********************2024-01-01********************\n甲:hi\n",
            "without times",
        ),
        ("<!DOCTYPE html><html></html>", "web page"),
        ('{"foo": 1, "bar": 2}', "keys bar, foo"),
        ("just a note to self\n", "text without message lines"),
    ],
)
def test_look_alikes_are_refused_with_what_was_seen(tmp_path, content, why):
    """The message says what it is and what to do."""
    path = tmp_path / "a.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenFileError, match=why) as caught:
        recognise(path)
    assert caught.value.remedy


def test_an_empty_file_is_refused(tmp_path):
    """Nothing is of no format."""
    (tmp_path / "a.json").write_bytes(b"")
    with pytest.raises(BrokenFileError):
        recognise(tmp_path / "a.json")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"]
)
def test_the_encoding_is_told_from_the_bytes(tmp_path, encoding):
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
        recognise(tmp_path / "a.zip")


def test_a_first_look_that_ends_within_an_escape_takes_no_time():
    """64 KiB of quotes cut behind a backslash would be looked at from each of them."""
    started = time.process_time()
    assert key_paths('{"a": "' + '\\"' * 32_000 + "\\") == {"a"}
    assert time.process_time() - started < 1
