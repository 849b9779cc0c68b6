"""Files, folders and archives, the hostile ones among them."""

import gzip
import io
import os
import random
import shutil
import struct
import subprocess
import sys
import tarfile
import time
import zipfile

import pytest

from helpers.errors import BrokenFileError, MissingSourceError, ShequnError
from helpers.formats import Source
from helpers.formats.reading import archives
from helpers.formats.reading.archives import open_container


def zipped(path, **members):
    """A ZIP of names (dots for slashes are not needed: pass a mapping)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path, *members):
    """A tar.gz of (name, kind, content)."""
    with tarfile.open(path, "w:gz" if path.suffix != ".tar" else "w") as archive:
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type, member.size = kind, len(content)
            member.linkname = "/etc/passwd" if kind == tarfile.SYMTYPE else ""
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize("name", ["../a.json", "/etc/x", "a/../../b", "C:/x", "..\\a"])
def test_path_traversal_in_archives_is_refused(tmp_path, name):
    """Path traversal in ZIP and tar."""
    with pytest.raises(BrokenFileError, match="leads out"):
        open_container(zipped(tmp_path / "a.zip", **{name: b"x"}))
    with pytest.raises(BrokenFileError, match="leads out"):
        open_container(tarred(tmp_path / "a.tar.gz", (name, tarfile.REGTYPE, b"x")))


def test_symbolic_links_are_refused(tmp_path):
    """A link in an archive could point anywhere."""
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BrokenFileError, match="symbolic link"):
        open_container(tmp_path / "a.zip")
    with pytest.raises(BrokenFileError, match="not a plain file"):
        open_container(tarred(tmp_path / "a.tgz", ("l", tarfile.SYMTYPE, b"")))


def nested(folder, content, name="a.json", depth=1):
    """A ZIP in a ZIP, and so on, with one file in the innermost."""
    for _ in range(depth):
        content = zipped(folder / "one.zip", **{name: content}).read_bytes()
        name = "b.zip"
    return zipped(folder / "a.zip", **{name: content})


def test_an_archive_within_an_archive_is_read_from_a_copy_that_goes(tmp_path):
    """Whole workspaces were refused because somebody had shared a ZIP."""
    path = nested(tmp_path, b"[]")
    held = open_container(path / "b.zip" / "a.json")
    copies = [one.packed.file for one in archives._UNPACKED if one.packed.depth]
    with held.open("a.json") as file:
        assert file.read() == b"[]"
    assert copies
    del held, file
    archives._UNPACKED.clear()
    assert not any(copy.exists() for copy in copies)


def test_archives_within_each_other_end_somewhere(tmp_path):
    """Nested bombs start with nesting."""
    path = nested(tmp_path, b"[]", depth=3)
    inner = path / "b.zip" / "b.zip"
    assert open_container(inner).names == ("b.zip",)
    with pytest.raises(BrokenFileError, match="more than 3 archives"):
        open_container(inner / "b.zip")


def test_an_archive_within_may_not_unfold_beyond_the_outermost(tmp_path):
    """A thousand times a thousand times are a million."""
    path = nested(tmp_path, bytes(60_000_000), depth=2)
    assert path.stat().st_size < 60_000
    with pytest.raises(BrokenFileError, match="1000 times"):
        open_container(path / "b.zip" / "b.zip")


def test_a_ratio_over_a_thousand_is_refused_by_name(tmp_path):
    """Two megabytes of zeros shrink to two kilobytes."""
    zeros = bytes(3_000_000)
    with pytest.raises(BrokenFileError, match="1000 times"):
        open_container(zipped(tmp_path / "a.zip", x=zeros))
    member = ("x", tarfile.REGTYPE, zeros * 5)
    packed = tarred(tmp_path / "a.tar.gz", member, member)
    with pytest.raises(BrokenFileError, match="1000 times"):
        open_container(packed)


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    """The limit is named."""
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    with pytest.raises(BrokenFileError, match="more than 2 members"):
        open_container(zipped(tmp_path / "a.zip", a=b"", b=b"", c=b""))
    empty = [(name, tarfile.REGTYPE, b"") for name in "abc"]
    with pytest.raises(BrokenFileError, match="more than 2 members"):
        open_container(tarred(tmp_path / "a.tar", *empty))


def directory(path, members, local=b"", stored=0, unfolded=0):
    """A ZIP that is hardly more than a directory of `members` equal entries."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, stored,
                        unfolded, 1, 0, 0, 0, 0, 0, 0) + b"a"  # fmt: skip
    size, end64 = len(entry) * members, len(local) + len(entry) * members
    tail = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, members, members,
                       size, len(local))  # fmt: skip
    tail += struct.pack("<4sIQI", b"PK\6\7", 0, end64, 1)
    tail += struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1,
                        2**32 - 1, 0)  # fmt: skip
    path.write_bytes(local + entry * members + tail)
    return path


def test_a_million_and_one_members_are_refused_before_they_are_listed(tmp_path):
    """Ten million would fill the memory before they could be counted."""
    path = directory(tmp_path / "a.zip", 1_000_001)
    started = time.process_time()
    with pytest.raises(BrokenFileError, match="more than 1,000,000 members"):
        open_container(path)
    assert time.process_time() - started < 1


@pytest.mark.long
def test_a_tar_of_a_million_and_one_members_is_refused(tmp_path):
    """Nothing of it is unpacked, and none of it stays in memory."""
    member = tarfile.TarInfo("a").tobuf()
    with gzip.open(tmp_path / "a.tar.gz", "wb", 1) as file:
        file.write(member * 1_000_001)
    with pytest.raises(BrokenFileError, match="more than 1,000,000 members"):
        open_container(tmp_path / "a.tar.gz")


def test_members_that_share_their_bytes_are_a_bomb(tmp_path):
    """Each unfolds 900 times, which one may; a hundred of them share one kernel."""
    path = directory(tmp_path / "a.zip", 100, bytes(4000), 4000, 3_600_000)
    with pytest.raises(BrokenFileError, match="1000 times"):
        open_container(path)


def test_oversized_archive_content_is_refused(tmp_path, monkeypatch):
    """The limit is named."""
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    with pytest.raises(BrokenFileError, match="more than 10 bytes"):
        open_container(zipped(tmp_path / "a.zip", a=b"1234567890x"))
    with pytest.raises(BrokenFileError, match="more than 10 bytes"):
        open_container(tarred(tmp_path / "a.tar", ("a", tarfile.REGTYPE, b"1" * 11)))


def test_a_swollen_header_of_a_tar_is_refused(tmp_path):
    """A header of 100 MB packs into 100 kB and would be read at once."""
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 100_000_000
    with gzip.open(tmp_path / "a.tar.gz", "wb", 1) as file:
        file.write(header.tobuf() + bytes(header.size))
    with pytest.raises(BrokenFileError, match="header over 64 MiB"):
        open_container(tmp_path / "a.tar.gz")


def test_two_files_of_one_name_are_refused(tmp_path):
    """One of them would be read twice, the other not at all."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", "2")
    twice = [("a", tarfile.REGTYPE, text) for text in (b"1", b"2")]
    for path in (tmp_path / "a.zip", tarred(tmp_path / "a.tar", *twice)):
        with pytest.raises(BrokenFileError, match=r"two files called 'a'.*pack it"):
            open_container(path)


def test_a_password_is_named(tmp_path):
    """Only whoever set it can unpack it."""
    path = zipped(tmp_path / "a.zip", a=b"x")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(BrokenFileError, match="password"):
        open_container(path)


def test_archive_larger_than_free_disk_space_is_refused(tmp_path, monkeypatch):
    """The folder that is full is named."""
    usage = shutil.disk_usage(tmp_path)._replace(free=3)
    monkeypatch.setattr(archives.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ShequnError, match="more than there is room for"):
        open_container(tarred(tmp_path / "a.tar", ("a", tarfile.REGTYPE, b"1234")))


@pytest.mark.parametrize("name", ["a.z01", "a.zip.001", "a.7z.002", "a.zip"])
def test_a_part_of_a_split_archive_is_called_so(tmp_path, name):
    """It was damaged, and to be downloaded again."""
    content = bytearray(zipped(tmp_path / "whole.zip", a="x").read_bytes())
    content[content.rfind(b"PK\5\6") + 4] = 1  # the number of the disk
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenFileError, match="part of a split archive"):
        open_container(tmp_path / name)


def test_damaged_archive_member_is_reported(tmp_path):
    """Its bytes are wrong though the directory of the archive is whole."""
    noise = random.Random(1).randbytes(5000)  # noqa: S311  no secret
    path = zipped(tmp_path / "a.zip", **{"a.json": noise})
    data = bytearray(path.read_bytes())
    data[3000] ^= 255
    path.write_bytes(data)
    with open_container(path).open("a.json") as file:  # noqa: SIM117
        with pytest.raises(BrokenFileError, match=r"a\.json: is damaged"):
            file.read()
    assert Source(path).head.start == ""


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_damaged_archives_are_reported(tmp_path, name):
    """Bytes that are no archive raise one clear error."""
    (tmp_path / name).write_bytes(b"PK\3\4 not really")
    with pytest.raises(BrokenFileError, match="is damaged"):
        open_container(tmp_path / name)


def test_folder_zip_and_tar_show_the_same_files(tmp_path):
    """Folder, ZIP and tar.gz show the same names and bytes; noise is hidden."""
    folder = tmp_path / "f"
    (folder / "d").mkdir(parents=True)
    (folder / "d" / "a.json").write_bytes(b"[]")
    (folder / ".DS_Store").write_bytes(b"x")
    packed = zipped(tmp_path / "a.zip", **{"d/a.json": b"[]", "__MACOSX/x": b""})
    tar = tarred(tmp_path / "a.tar.gz", ("./d/a.json", tarfile.REGTYPE, b"[]"))
    for path in (folder, packed, tar):
        container = open_container(path)
        assert container.names == ("d/a.json",)
        with container.open("d/a.json") as file:
            assert file.read() == b"[]"


def test_missing_path_is_named(tmp_path):
    """The path is named."""
    with pytest.raises(MissingSourceError, match="is not there"):
        open_container(tmp_path / "none.json")


@pytest.mark.skipif(
    not sys.prefix.isascii(), reason="Python itself cannot start there in such a locale"
)
@pytest.mark.skipif(sys.platform == "win32", reason="names are bytes elsewhere")
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_group_s_name_does_not_depend_on_the_locale(encoding, tmp_path):
    """In a locale that lacks its letters, WhatsApp's file name stopped the reader."""
    text = "[2024/1/13 15:04:05] 张三: 你好\n[2024/1/14 15:04:05] 李四: 好\n"
    (tmp_path / "chat.txt").write_text(text, "utf-8")
    chat = "WhatsApp Chat with 跑步群.txt"
    name = chat.encode(encoding)
    os.rename(tmp_path / "chat.txt", os.path.join(os.fsencode(tmp_path), name))  # noqa: PTH104, PTH118
    program = (
        "import sys; from pathlib import Path;"
        "from helpers.formats import Source, read_export; path = Path(sys.argv[1]);"
        "rows = [b.table.num_rows for b in read_export(path) if b.kind == 'message'];"
        "print(sum(rows), ascii(Source(path).names[0]))"
    )
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env=os.environ | locale, capture_output=True, check=True,
    )  # fmt: skip

    assert done.stdout.decode().split(" ", 1) == ["2", f"{chat!a}\n"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_dangling_link_is_refused_as_such(tmp_path):
    """It was an "unexpected error" to report, beside exports that were read."""
    (tmp_path / "a.json").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BrokenFileError, match="a link to a file that is not there"):
        open_container(tmp_path / "a.json")


def test_zip_with_backslashes_between_folders_is_read(tmp_path):
    """As some programs of Windows write it: Slack's folders were "14 files"."""
    files = {"users.json": b"[]", "g\\2024-01-01.json": b"[1]", "g\\": b""}
    held = open_container(zipped(tmp_path / "a.zip", **files))
    assert held.names == ("g/2024-01-01.json", "users.json")
    assert held.open("g/2024-01-01.json").read() == b"[1]"
