"""The store is whole or not there."""

from collections import Counter

import pyarrow.parquet as pq
import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.files import compute_checksum
from helpers.records import SCHEMAS, from_rows
from helpers.store.store import open_store, write_store

ROWS = [{"group": "g", "time_us": n, "kind": "text", "text": "字"} for n in range(3)]


def _batches():
    yield from_rows("message", ROWS[:2])
    yield from_rows("message", ROWS[2:])


def test_store_returns_records_unchanged(tmp_path):
    """Every kind has its folder, if an empty one."""
    write_store(_batches(), tmp_path / "s", Counter(f=3))
    store = open_store(tmp_path / "s")
    table = pq.read_table(store.parts("message"))
    assert table["time_us"].to_pylist() == [0, 1, 2]
    assert (store.rows["message"], store.rows["event"]) == (3, 0)
    assert store.read == {"f": 3}
    assert all(store.parts(kind) for kind in SCHEMAS)


def test_the_same_records_are_the_same_bytes(tmp_path):
    """A store can be compared by its files."""
    one, two = (write_store(_batches(), tmp_path / n, Counter()) for n in "ab")
    sums = [[compute_checksum(path) for path in s.parts("message")] for s in (one, two)]
    assert sums[0] == sums[1]


def test_a_reader_that_fails_leaves_the_old_store(tmp_path):
    """Nothing half-written is left, and what was there stays."""
    write_store(_batches(), tmp_path / "s", Counter(f=3))

    def failing():
        yield from _batches()
        raise BrokenFileError("cut short")

    with pytest.raises(BrokenFileError):
        write_store(failing(), tmp_path / "s", Counter())
    assert open_store(tmp_path / "s").read == {"f": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_store_is_refused(tmp_path, damage):
    """A part that is cut short or gone is named."""
    part = write_store(_batches(), tmp_path / "s", Counter()).parts("message")[0]
    part.write_bytes(part.read_bytes()[:40]) if damage == "cut" else part.unlink()
    with pytest.raises(BrokenFileError, match="missing or damaged"):
        open_store(tmp_path / "s")


def test_missing_store_is_reported(tmp_path):
    """An empty folder is none."""
    with pytest.raises(MissingSourceError, match="no store"):
        open_store(tmp_path)
