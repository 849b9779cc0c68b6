"""Files are written whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from helpers.errors import ShequnError
from helpers.files import replace_file, replace_folder, write_text


def test_a_failure_leaves_the_old_file_and_no_partial(tmp_path):
    """An error inside the block changes nothing."""
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def interrupted_write():
        with replace_file(path) as partial:
            partial.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted_write()
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_file_in_place_of_a_folder_is_reported_in_one_sentence(tmp_path):
    """A parent that is a file can't hold the output."""
    (tmp_path / "a").write_text("file")
    with pytest.raises(ShequnError, match="could not be written"):
        write_text(tmp_path / "a" / "b.txt", "x")


def test_text_is_utf8_with_lf_everywhere(tmp_path):
    """The bytes do not depend on the platform."""
    write_text(tmp_path / "a.txt", "群\n二")
    assert (tmp_path / "a.txt").read_bytes() == "群\n二".encode()


def test_a_folder_is_replaced_whole(tmp_path):
    """What was in the old folder and not in the new one is gone."""
    write_text(tmp_path / "a" / "old.txt", "old")
    with replace_folder(tmp_path / "a") as partial:
        write_text(partial / "new.txt", "new")
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "new.txt"]


def test_a_failure_leaves_the_old_folder_and_no_partial(tmp_path):
    """An error inside the block changes nothing."""
    write_text(tmp_path / "a" / "old.txt", "old")
    with pytest.raises(ZeroDivisionError), replace_folder(tmp_path / "a") as partial:
        write_text(partial / "new.txt", str(1 / 0))
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "old.txt"]


def test_failed_folder_replacement_restores_the_old_folder(tmp_path, monkeypatch):
    """Even between the two renames nothing is lost."""
    write_text(tmp_path / "a" / "old.txt", "old")
    rename = Path.replace

    def fail(self, target):
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with (
        pytest.raises(ShequnError, match="no space left"),
        replace_folder(tmp_path / "a"),
    ):
        pass
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "old.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_file_permissions_follow_the_umask(tmp_path):
    """`groups.csv` holds names, and was readable by everybody whatever the umask."""
    before = os.umask(0o077)
    try:
        write_text(tmp_path / "groups.csv", "names")
    finally:
        os.umask(before)
    assert (tmp_path / "groups.csv").stat().st_mode & 0o777 == 0o600
