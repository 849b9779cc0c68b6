"""Files, folders and archives, the hostile ones among them."""

import io
import tarfile
import zipfile

import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.formats import archives
from helpers.formats.archives import open_container


def zipped(path, **members):
    """A ZIP of names (dots for slashes are not needed: pass a mapping)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path, *members):
    """A tar.gz of (name, kind, content)."""
    with tarfile.open(path, "w:gz") as archive:
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type, member.size = kind, len(content)
            member.linkname = "/etc/passwd" if kind == tarfile.SYMTYPE else ""
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize("name", ["../a.json", "/etc/x", "a/../../b", "C:/x", "..\\a"])
def test_names_that_lead_out_are_refused(tmp_path, name):
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


def test_archives_within_archives_are_refused(tmp_path):
    """Nested bombs start with nesting."""
    with pytest.raises(BrokenFileError, match="archive 'b"):
        open_container(zipped(tmp_path / "a.zip", **{"b.zip": b"x"}))


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


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_damaged_archives_say_so(tmp_path, name):
    """Bytes that are no archive raise one clear error."""
    (tmp_path / name).write_bytes(b"PK\3\4 not really")
    with pytest.raises(BrokenFileError, match="no whole"):
        open_container(tmp_path / name)


def test_the_same_files_in_every_wrapping(tmp_path):
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


def test_nothing_there_is_a_missing_source(tmp_path):
    """The path is named."""
    with pytest.raises(MissingSourceError, match="is not there"):
        open_container(tmp_path / "none.json")
