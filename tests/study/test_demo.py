"""The demo's exports: made again they are the same, and their truth is found."""

import zipfile

import pytest

from helpers.demo.exports import GROUPS, write_demo
from helpers.own_groups.user_study import UserMetadata, publish_tables
from helpers.paths import RAW
from helpers.study.store.ingest import Terms, ingest_exports

DEMO, LARGEST = RAW / "demo", 2_000_000


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Make the demo's tables with a key of their own."""
    room = tmp_path_factory.mktemp("demo")
    (room / "key").write_text("07" * 32, encoding="ascii")
    done = ingest_exports([DEMO], room / "store", Terms(key=room / "key"))
    assert done.new == GROUPS
    return publish_tables(done.exports, room / "study", UserMetadata())


def _inside(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_committed_demo_exports_are_reproduced(tmp_path):
    """File by file inside; how hard zlib pressed does not matter."""
    made = {path.name: _inside(path) for path in write_demo(tmp_path)}
    committed = sorted(DEMO.glob("*.zip"))
    assert made == {path.name: _inside(path) for path in committed}
    assert sum(path.stat().st_size for path in committed) < LARGEST
