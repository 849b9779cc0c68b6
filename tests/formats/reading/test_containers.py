"""What lies in an archive is read as what lies in a folder, whatever it is called."""

import gzip
import io
import tarfile
import zipfile
from itertools import combinations_with_replacement

import pytest

from helpers.cli import main
from helpers.derive.inspect import inspect_exports
from helpers.errors import BrokenFileError
from helpers.formats import FORMATS
from helpers.formats.reading.source import Source
from helpers.formats.rows.times import check_times
from helpers.store.discovery import (
    compute_fingerprints,
    compute_size,
    list_candidates,
    list_exports,
)
from pipeline.validation.export_writers import WRITERS
from tests.communities import talk

NAMES = sorted(WRITERS)
PAIRS = list(combinations_with_replacement(NAMES, 2))
THIRDS = [NAMES[nth::3] for nth in range(3)]


class Gbk(zipfile.ZipInfo):
    """A file in a ZIP whose name is written as Windows in Chinese does."""

    def _encodeFilenameFlags(self):  # noqa: N802 - zipfile's
        return self.filename.encode("gb18030"), 0


def write_formats(names, folder, exports=1):
    """Write formats into folders of their own, each with one export or two."""
    for place, name in enumerate(names):
        for number in range(exports):
            inner = folder / f"导出{place}" / f"第{number}个"
            inner.mkdir(parents=True)
            WRITERS[name].write(
                talk(id=f"7{place}{number}", name=f"读书会{place}{number}"), inner
            )
    return folder


def pack(folder, path, kind=zipfile.ZipInfo):
    """Pack a folder into a ZIP."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                member = kind(file.relative_to(folder).as_posix())
                archive.writestr(member, file.read_bytes())
    return path


def count(path):
    """Return what inspection counts of each export at a path."""
    return [
        (one.form, one.groups, one.messages, one.members, one.kinds, one.events)
        for one in inspect_exports(list_candidates([path])).exports
    ]


def read(path):
    """Return all records of each export at a path, but for the names of files."""
    exports = []
    for place, form in list_exports([path]).exports.items():
        source = Source(place)
        if source.name.endswith(".parquet"):
            source = Source(place, WRITERS["table_parquet"].options)
        tables = [
            batch.table.drop_columns(
                ["file"] if "file" in batch.table.schema.names else []
            )
            for batch in check_times(FORMATS[form].read(source), source)
        ]
        exports.append([form, *(table.to_pylist() for table in tables)])
    return exports


def tell(path, look=count):
    """Return what is found at a path, without where."""
    found = list_exports([path])
    counts = look(path)
    sizes = [compute_size(export) for export in found.exports]
    prints = compute_fingerprints(found.exports)
    return sorted(map(repr, counts)), sorted(sizes), sorted(map(str, prints))


def check(names, tmp_path, exports, look=count):
    """A folder, its ZIP and its ZIP from China are the same exports."""
    folder = write_formats(names, tmp_path / "folder", exports)
    told = tell(folder, look)
    assert len(told[0]) >= len(names) * exports
    assert tell(pack(folder, tmp_path / "a.zip"), look) == told
    assert tell(pack(folder, tmp_path / "b.zip", Gbk), look) == told


@pytest.mark.parametrize("names", THIRDS, ids="+".join)
def test_a_zip_of_many_formats_is_read_as_its_folder(names, tmp_path):
    """A ZIP of two programs gave one group and 30 messages, and nothing was said."""
    check(names, tmp_path, 1)


@pytest.mark.long
@pytest.mark.parametrize("exports", [1, 2])
@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_any_zip_of_two_formats_is_read_as_its_folder(pair, exports, tmp_path):
    """All pairs, with one and two exports each, record by record."""
    check(pair, tmp_path, exports, read)


@pytest.mark.parametrize("ending", ["tar", "tar.gz"])
def test_a_tar_of_two_programs_is_read_as_its_folder(ending, tmp_path):
    """Which is unpacked once, not for each of its files."""
    folder = write_formats(("whatsapp", "telegram"), tmp_path / "folder")
    path = tmp_path / f"a.{ending}"
    with tarfile.open(path, "w:gz" if ending.endswith("gz") else "w") as archive:
        for file in (one for one in sorted(folder.rglob("*")) if one.is_file()):
            archive.add(file, file.relative_to(folder).as_posix())
    assert tell(path) == tell(folder)


def test_exports_that_lie_flat_in_a_zip_are_all_read(tmp_path):
    """And what is none is named."""
    folder = tmp_path / "flat"
    folder.mkdir()
    for name in ("whatsapp", "telegram", "weflow"):
        WRITERS[name].write(talk(), folder)
    (folder / "notes.txt").write_text("to do", "utf-8")
    path = pack(folder, tmp_path / "a.zip")
    assert tell(path) == tell(folder)
    (error,) = list_exports([path]).others
    assert error.where == str(path / "notes.txt")


def test_a_chat_beside_a_slack_workspace_is_an_export_of_its_own(tmp_path):
    """The workspace names its own files, and took the others' place in silence."""
    folder = tmp_path / "all"
    folder.mkdir()
    WRITERS["slack"].write(talk(), folder)
    for name in ("whatsapp", "telegram"):
        (folder / name).mkdir()
        WRITERS[name].write(talk(), folder / name)
    (root,) = folder.rglob("users.json")
    forms = sorted(list_exports([root.parent.parent]).exports.values())
    assert {"slack", "telegram", "whatsapp"} <= set(forms)
    assert tell(pack(folder, tmp_path / "a.zip")) == tell(folder)


def write_flat(folder, *names):
    """Write exports of several formats side by side."""
    folder.mkdir()
    for name in names:
        WRITERS[name].write(talk(), folder)
    return folder


def test_archives_in_an_archive_are_read_as_folders(tmp_path):
    """A ZIP that held a ZIP was refused, with all that lay beside it."""
    folder = write_flat(tmp_path / "folder", "whatsapp")
    inner = write_flat(tmp_path / "inner", "slack", "telegram")
    pack(inner, folder / "里面.zip")
    with tarfile.open(folder / "more.tar.gz", "w:gz") as archive:
        archive.add(WRITERS["weflow"].write(talk(), tmp_path), "群/weflow.json")
    chat = WRITERS["discord"].write(talk(), tmp_path).read_bytes()
    (folder / "talk.json.gz").write_bytes(gzip.compress(chat))
    assert len(tell(folder)[0]) == 5
    assert tell(pack(folder, tmp_path / "a.zip")) == tell(folder)


def damage(name, chat):
    """Return the bytes of an archive with a chat that cannot be read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_chat.txt", chat)
    whole = bytearray(file.getvalue())
    if name == "password.zip":
        whole[6] |= 1
        whole[whole.index(b"PK\1\2") + 8] |= 1
    if name == "cut.zip":
        return bytes(whole[: len(whole) // 2])
    if name == "cut.tar.gz":
        return gzip.compress(whole)[:60]
    return bytes(whole) if name == "password.zip" else SIGNS[name]


SIGNS = {"a.7z": b"7z\xbc\xaf\x27\x1c", "a.rar": b"Rar!\x1a\x07\0"}
BAD = ["password.zip", "cut.zip", "cut.tar.gz", *SIGNS]


@pytest.mark.some(5)
@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("zipped", [False, True])
def test_an_archive_that_cannot_be_read_costs_no_other_export(name, zipped, tmp_path):
    """It is named in one sentence; alone, it is an error and exit status 1."""
    folder = write_flat(tmp_path / "folder", "whatsapp", "telegram")
    bad = folder / name
    bad.write_bytes(damage(name, "13/1/24, 15:04 - Ann: hi\n"))
    whole = pack(folder, tmp_path / "a.zip") if zipped else folder
    found = list_exports([whole])
    assert sorted(found.exports.values()) == ["telegram", "whatsapp"]
    assert [one.where.split(": ")[0] for one in found.others] == [str(whole / name)]
    assert str(found.others[0]).count("Hint") == 1
    assert main(["inspect", str(bad)]) == 1
    assert main(["inspect", str(whole)]) == 1  # as something was not read


def test_what_was_sent_in_a_chat_is_part_of_its_export(tmp_path):
    """Other files beside it are named: they may have been meant."""
    chat = "13/1/24, 15:04 - Ann: report.zip (file attached)\n"
    files = {"WhatsApp Chat with W.txt": chat, "report.zip": "x", "other.zip": "x"}
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    found = list_exports([path])
    assert found.exports == {path: "whatsapp"}
    assert [one.where for one in found.others] == [str(path / "other.zip")]


def test_an_archive_without_any_export_is_one_file_that_is_none(tmp_path):
    """Not as many as it has files."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.txt", "notes")
    with pytest.raises(BrokenFileError, match="5 files") as told:
        list_exports([path])
    assert told.value.where == str(path)
