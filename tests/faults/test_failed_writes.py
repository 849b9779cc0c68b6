"""Every write fails once: one sentence, no damage, and the next run goes on."""

import os
import subprocess

import pytest

from helpers.errors import ShequnError
from helpers.store.ingest import ingest_exports

pytestmark = [
    pytest.mark.fault,
    # a reader that is stopped half-way leaves its unnamed files to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_a_file_where_a_folder_should_be_is_reported(few, terms, tmp_path):
    """So is a folder that may not be written, which a superuser never meets."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(ShequnError, match="could not be written"):
        ingest_exports([few], tmp_path / "out" / "store", terms)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="needs root")
@pytest.mark.parametrize("size", ["8k", "24k", "64k"])
def test_a_really_full_disk_is_reported_and_room_helps(request, tmp_path, size):
    """A small file system of its own: what was whole stays, and the rest comes."""
    few, terms, whole, contents = map(
        request.getfixturevalue, ("few", "terms", "whole", "contents")
    )
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount here")
    try:
        with pytest.raises(ShequnError, match="could not be written"):
            ingest_exports([few], disk / "store", terms)
        more = ["mount", "-o", "remount,size=64m", str(disk)]
        subprocess.run(more, check=True)
        ingest_exports([few], disk / "store", terms)
        assert contents(disk / "store") == whole
    finally:
        subprocess.run(["/bin/umount", "-l", str(disk)], check=True)
