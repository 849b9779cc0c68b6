"""One damaged byte in what a run keeps is found, or changes nothing."""

from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from helpers.errors import BrokenFileError
from helpers.own_groups.plan import Plan
from helpers.own_groups.record import STORE, Window, read_adjustments
from helpers.own_groups.run import run_study
from helpers.records import DAY_US, SCHEMAS, SECOND_US
from helpers.store.exports import open_exports
from helpers.store.ingest import Terms
from helpers.study import open_study
from pipeline.validation.export_writers import WRITERS
from tests.communities import talk

FLIPS, SEED = 200, 91


def _run(room):
    """Read three exports, two of them together, into a folder; cut them to a window."""
    paths = []
    for form, group, posts in (
        ("chatlab", "1", 40),
        ("chatlab", "2", 30),
        ("qq", "3", 50),
    ):
        said = talk(
            ["甲", "乙"], posts, every=DAY_US // SECOND_US, first=9_000_000,
            id=group, name=f"群{group}", owner=None,
        )  # fmt: skip
        (room / group).mkdir()
        paths.append(WRITERS[form].write(said, room / group))
    cut = {"window": Window(100 * DAY_US, None), "chapters": False, "terms": Terms()}
    for some in (paths[:2], paths):
        run_study(Plan(exports=some, out=room / "out", **cut))
    return room / "out"


def _read_everything(out):
    """Return all that is read of a run's folder, as text."""
    exports, _ = open_exports(out / STORE, {})
    store, study = exports.store(), open_study(out)
    records = [pq.read_table(path) for kind in SCHEMAS for path in store.parts(kind)]
    return repr(
        [
            exports.entries, store.read, store.rows,
            [table.to_pylist() for table in records],
            study.manifest.as_json(), study.ledger.entries,
            [study.table(name).to_csv() for name in study.manifest.tables],
            read_adjustments(out / "processed"),
        ]
    )  # fmt: skip


def _read_tables(out):
    study = open_study(out)
    return [study.table(name).to_csv() for name in study.manifest.tables]


def test_a_damaged_part_is_read_again_and_the_rest_is_kept(tmp_path):
    """The whole store had to be deleted, with exports that are nowhere else."""
    out, said = _run(tmp_path), []
    right = _read_tables(out)
    (part,) = out.glob("store/000002/message/*.parquet")
    kept = out / "store" / "000001" / "state.json"
    part.write_bytes(part.read_bytes()[:-9])
    cut = {"window": Window(100 * DAY_US, None), "terms": Terms(), "chapters": False}
    exports = sorted(tmp_path.glob("[123]/*"))
    plan = Plan(exports=exports[:1], out=out, report=said.append, **cut)
    with pytest.raises(BrokenFileError, match=r"000002.*run again on all exports"):
        run_study(plan)
    before = kept.stat().st_mtime_ns
    run_study(replace(plan, exports=exports))
    assert "part 000002 of the store was damaged and is read again" in said
    assert kept.stat().st_mtime_ns == before
    assert _read_tables(out) == right


def test_a_flipped_bit_is_found_or_changes_nothing(tmp_path):
    """One bit in the store gave wrong numbers, and no error."""
    out = _run(tmp_path)
    kept = [f for d in ("store", "processed") for f in (out / d).rglob("*")]
    files = sorted(path for path in kept if path.is_file())
    whole, found = _read_everything(out), 0
    rng = np.random.default_rng(SEED)
    for nth in range(FLIPS):
        path = files[nth % len(files)]
        right = path.read_bytes()
        wrong = bytearray(right)
        wrong[rng.integers(len(wrong))] ^= 1 << rng.integers(8)
        path.write_bytes(wrong)
        try:
            assert _read_everything(out) == whole, path
        except BrokenFileError:
            found += 1
        path.write_bytes(right)
    unread = {"LICENSE", "README.md", "stages.json"}  # the last makes a stage again
    texts = sum(path.name in unread for path in files)
    assert found >= FLIPS * (1 - (texts + 1) / len(files))
