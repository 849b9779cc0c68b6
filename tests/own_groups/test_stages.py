"""A run with nothing new does nothing again; what is new is done."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers import machine
from helpers.errors import BrokenFileError
from helpers.files import compute_checksum, read_sealed_json, seal_json
from helpers.own_groups import run
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import run_study
from helpers.store import processes
from helpers.store.ingest import Terms
from helpers.study import open_study

ROWS = [
    f"2024-0{1 + n // 28}-{1 + n % 28:02d}T10:00:00Z,{('ann', 'bob')[n % 2]},line {n}"
    for n in range(140)
]


@pytest.fixture
def plan(tmp_path):
    """Return a plan that was carried out, and what it told."""
    (tmp_path / "key").write_text("07" * 32)
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["time,sender,text", *ROWS]), "utf-8")
    said = []
    plan = Plan(exports=[log], out=tmp_path / "out", terms=Terms(key=tmp_path / "key"),
                report=said.append)  # fmt: skip
    run_study(plan)
    return plan, said


def list_bytes(out):
    """Return the bytes of each file of a run."""
    return {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture
def made(monkeypatch):
    """Note which stages are done again."""
    done = []
    for name in ("ingest_exports", "publish_tables", "_write_pages"):
        own = getattr(run, name)
        monkeypatch.setattr(
            run, name, lambda *a, own=own, name=name: (done.append(name), own(*a))[1]
        )
    return done


def test_a_second_run_does_nothing_and_tells_the_same(plan, made):
    """It cost 34 of the 41 s of the first."""
    plan, said = plan
    before, first = list_bytes(plan.out), list(said)
    said.clear()
    run_study(plan)
    assert made == []
    assert list_bytes(plan.out) == before
    assert [line for line in said if "new exports" not in line] == first


@pytest.mark.parametrize(
    ("spoil", "again"),
    [
        (lambda plan: plan, []),
        (lambda plan: replace(plan, k=1), ["publish_tables", "_write_pages"]),
        (lambda plan: replace(plan, picture=True), ["_write_pages"]),
        (lambda plan: next(plan.out.glob("tables/*.csv")).unlink() or plan,
         ["publish_tables"]),
        (lambda plan: (plan.out / run.PAGE).write_text("x") and plan, ["_write_pages"]),
        (lambda plan: (plan.out / "processed" / "stages.json").write_text("x") and plan,
         ["ingest_exports", "publish_tables", "_write_pages"]),
        (lambda plan: plan.exports[0].touch() or plan, ["ingest_exports"]),
    ],
)  # fmt: skip
def test_what_is_new_or_damaged_is_done_again(plan, made, spoil, again):
    """And ends in what a first run writes."""
    plan, _ = plan
    before = list_bytes(plan.out)
    changed = spoil(plan)
    run_study(changed)
    assert made == again
    if changed == plan:
        note = {plan.out / "processed" / "stages.json": b""}
        assert list_bytes(plan.out) | note == before | note


@pytest.mark.parametrize("pays", [1 << 26, pytest.param(0, marks=pytest.mark.long)])
def test_tables_and_pages_are_equal_to_the_byte_with_any_cores(
    tmp_path, monkeypatch, pays
):
    """Two threads were wired in; a sum in another order has another last digit."""
    monkeypatch.setattr(processes, "PAYS", pays)
    (tmp_path / "key").write_text("07" * 32)
    for name in "abcdef":
        rows = [row.replace("ann", f"ann{name}") for row in ROWS[ord(name) % 7 :]]
        (tmp_path / f"{name}.csv").write_text("\n".join(["time,sender,text", *rows]))
    made = []
    for cores in (1, 2, 8):
        monkeypatch.setattr(machine, "_told", [cores])
        out, terms = tmp_path / f"{cores}", Terms(key=tmp_path / "key")
        exports = sorted(tmp_path.glob("*.csv"))
        run_study(Plan(exports=exports, out=out, terms=terms, every_table=True,
                       mine=True, picture=True, chapters=False))  # fmt: skip
        own = (
            "processed/study/*",
            "store/*/**/*.parquet",
            "tables/*",
            "*your-groups.*",
        )
        files = (path for pattern in own for path in out.glob(pattern))
        made.append({path.relative_to(out): path.read_bytes() for path in files})
    assert {"your-groups.png", run.PRIVATE, run.PAGE} < {*map(str, made[0])}
    assert made[0] == made[1] == made[2]


def test_a_study_with_ends_that_nobody_knows_is_refused_and_made_again(plan):
    """Up to 0.3.1 a group ended with its last message: all of them were dead."""
    plan, _ = plan
    study = plan.out / "processed" / "study"
    file, manifest = study / "groups.parquet", study / "manifest.json"
    rows = pd.read_parquet(file)
    rows.assign(end_us=rows["last_us"]).to_parquet(file)
    facts = read_sealed_json(manifest.read_text("utf-8"))
    facts["tables"]["groups"]["sha256"] = compute_checksum(file)
    manifest.write_text(f"{seal_json(facts, indent=1)}\n", "utf-8")
    with pytest.raises(BrokenFileError, match=r"earlier version.*from the exports"):
        open_study(plan.out)
    run_study(plan)
    assert open_study(plan.out).table("groups")["end_us"].isna().all()
