"""A study is opened whole or not at all."""

import shutil

import pytest

from helpers.errors import (
    BrokenFileError,
    MissingSourceError,
    NotIdentifiableError,
    ShequnError,
)
from helpers.paths import PROCESSED
from helpers.study import Manifest, open_study


@pytest.fixture
def copy(tmp_path):
    """Copy a committed study to where it can be damaged."""
    return shutil.copytree(PROCESSED / "w3c_groups", tmp_path / "mine")


def test_a_study_opens_by_folder_as_by_name(copy):
    """A user's study lies anywhere."""
    assert open_study(copy).manifest == open_study("w3c_groups").manifest


def test_a_table_that_was_changed_is_refused(copy):
    """One byte is enough."""
    path = copy / "daily.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(BrokenFileError, match="missing or damaged"):
        open_study(copy).table("daily")


@pytest.mark.parametrize("name", ["manifest.json", "ledger.csv"])
def test_a_cut_manifest_or_ledger_is_refused(copy, name):
    """Half a file is told as such."""
    path = copy / name
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(BrokenFileError, match=r"can't be read|damaged"):
        open_study(copy)


def test_missing_table_error_lists_the_tables_of_the_study():
    """No licence, no member rows."""
    with pytest.raises(NotIdentifiableError, match="it has groups, silences"):
        open_study("zulip_archives").table("members")


def test_deleted_table_file_is_reported(copy):
    """The manifest promises it."""
    (copy / "daily.parquet").unlink()
    with pytest.raises(MissingSourceError, match=r"daily\.parquet"):
        open_study(copy).table("daily")


def test_unknown_study_error_lists_the_known_ones():
    """A misspelt name is answered with the right ones."""
    with pytest.raises(MissingSourceError, match=r"fcc_gitter, .*w3c_groups"):
        open_study("gitter")


@pytest.fixture
def manifest():
    """Return a committed one."""
    return open_study("fcc_gitter").manifest


def test_manifest_is_read_back_unchanged(manifest):
    """What is read back is what was written, to the byte."""
    again = Manifest.from_json(manifest.as_json())
    assert again == manifest
    assert again.as_json() == manifest.as_json()


@pytest.mark.parametrize("name", [None, 3, ""])
def test_what_is_no_name_of_a_study_is_refused(name):
    """None gave an error of pathlib, and an empty name listed the current folder."""
    with pytest.raises(ShequnError, match="neither the name of a study nor a path"):
        open_study(name)
