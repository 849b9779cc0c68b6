"""The demo's exports, made again, are the committed ones."""

import zipfile

from helpers.paths import RAW
from pipeline.validation.demo import write_demo

DEMO, LARGEST = RAW / "demo", 2_000_000


def _inside(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_committed_demo_exports_are_reproduced(tmp_path):
    """File by file inside; how hard zlib pressed does not matter."""
    made = {path.name: _inside(path) for path in write_demo(tmp_path)}
    committed = sorted(DEMO.glob("*.zip"))
    assert made == {path.name: _inside(path) for path in committed}
    assert sum(path.stat().st_size for path in committed) < LARGEST
