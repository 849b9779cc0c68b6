"""A bounded replica of `make calibrate`: the marks hold, and what is published too."""

import pandas as pd
import pytest

from helpers import paths
from helpers.errors import ShequnError
from helpers.inference import compute_exact_interval
from validation.coverage.cells import Cell
from validation.coverage.running import Plan, run_calibration, run_replicate
from validation.coverage.subjects import SUBJECTS
from validation.coverage.summary import find_design_sizes, summarise_cells

PUBLISHED = paths.PROCESSED / "calibration"
QUICK = [
    name
    for name, one in SUBJECTS.items()
    if one.kind == "template" and name not in {"Δ>(0.05)", "Δ<(0.03)"}
]
CHEAP_CLAIMS = [
    "s0-later-cohorts-harder",
    "s0-owner-alone-fails",
    "s1-zombie-members-useless",
    "s4-retention-beats-acquisition",
]


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    """Run 60 replicates of every quick template, and 6 of four claims."""
    plans = [Plan(cell, 60) for name in QUICK for cell in SUBJECTS[name].cells()]
    plans += [Plan(cell, 6) for name in CHEAP_CLAIMS for cell in SUBJECTS[name].cells()]
    return run_calibration(plans, folder=tmp_path_factory.mktemp("pieces"), processes=1)


def test_no_mark_is_missed(replica):
    """No coverage or share of wrong verdicts leaves its exact 99.9 % limits."""
    table = summarise_cells(replica)
    failed = table[table["result"].str.startswith("failed")]

    assert failed[["subject", "world", "result"]].to_numpy().tolist() == []


def test_naive_ways_fail(replica):
    """Where the right way covers, the wrong one beside it does not, in some world."""
    table = summarise_cells(replica)
    naive = table[table["naive"].fillna("").ne("") & table["kind"].eq("template")]
    worst = naive.groupby("subject")["naive_coverage"].agg(["min", "max"])
    missed = (worst["min"] < 0.93) | (worst["max"] > 0.985)

    assert sorted(worst.index[~missed]) == []


@pytest.mark.parametrize("name", ["D", "DOM>", "RR<(0.50)"])
def test_same_seeds_same_table(name, tmp_path):
    """Two runs from the same seeds are identical, whoever runs them."""
    plans = [Plan(cell, 25) for cell in SUBJECTS[name].cells(100)]
    alone = run_calibration(plans, folder=tmp_path / "a", processes=1)
    together = run_calibration(plans, folder=tmp_path / "b", processes=2)

    assert repr(alone) == repr(together)


def test_finished_pieces_are_not_run_again(tmp_path, monkeypatch):
    """An interrupted run goes on where it stopped."""
    plans = [Plan(Cell("D", "true", 100), 30)]
    first = run_calibration(plans, folder=tmp_path, processes=1)
    monkeypatch.setattr("validation.coverage.running.run_replicate", None)

    assert repr(run_calibration(plans, folder=tmp_path, processes=1)) == repr(first)


def test_broken_piece_is_named(tmp_path):
    """Half a piece is not taken for a result."""
    plans = [Plan(Cell("D", "true", 100), 2)]
    run_calibration(plans, folder=tmp_path, processes=1)
    (piece,) = tmp_path.rglob("*.csv")
    piece.write_text("replicate\n1\n", encoding="utf-8")

    with pytest.raises(ShequnError, match="not a piece"):
        run_calibration(plans, folder=tmp_path, processes=1)


def test_design_size_is_the_least_that_suffices():
    """80 % right in both worlds at 300, not at 100: the size is 300."""
    row = run_replicate(Cell("DOM>", "true", 100), 0)
    right = {"true": "SUPPORTED", "false": "CONTRADICTED"}
    found = {
        Cell("DOM>", world, size): [row._replace(word=word)] * many
        + [row._replace(word="INCONCLUSIVE")] * (10 - many)
        for world, word in right.items()
        for size, many in ((100, 7), (300, 8), (1000, 10))
    }
    (size,) = find_design_sizes(found).to_dict("records")

    assert (size["groups"], size["tried"], size["right_true"]) == (300, 1000, 0.8)


@pytest.fixture
def published():
    """The committed table."""
    return pd.read_csv(PUBLISHED / "cells.csv", dtype={"naive": "string"})


def test_published_cells_are_those_that_exist(published):
    """Every cell of the code is in the table with its replicates, and no other."""
    cells = {
        (cell.subject, cell.world, cell.groups)
        for one in SUBJECTS.values()
        for cell in one.cells()
    }
    rows = published[["subject", "world", "groups"]].itertuples(index=False, name=None)

    assert cells <= set(rows)
    assert published["replicates"].min() > 0


def test_published_run_is_the_whole(published):
    """Two thousand replicates a template, two hundred a claim; none missed its mark."""
    own = published["groups"].eq(
        published["subject"].map({one.name: one.groups for one in SUBJECTS.values()})
    )
    least = published[own].groupby("kind")["replicates"].min()

    assert least.to_dict() == {"template": 2000, "claim": 200}
    assert set(published["result"]) <= {"held", "conservative"}


def test_published_naive_ways_fail(published):
    """Each covers too rarely or too often in some world, beyond exact 99.9 % limits."""
    beside = published[published["naive_coverage"].notna()]
    limits = [
        compute_exact_interval(
            round(row.naive_coverage * row.replicates), row.replicates, level=0.999
        )
        for row in beside.itertuples()
    ]
    fails = pd.Series([one.high < 0.95 or one.low > 0.95 for one in limits])
    failed = fails.groupby(beside["subject"].to_numpy()).any()

    assert sorted(failed.index[~failed]) == []


@pytest.mark.parametrize("cell", [Cell("D", "threshold", 300), Cell("D", "true", 300)])
def test_published_numbers_come_from_their_seeds(published, cell, tmp_path):
    """A published cell, run again from its seeds, gives the published row."""
    key = published[["subject", "world", "groups"]].eq(list(cell)).all(axis=1)
    row = published[key].reset_index(drop=True)
    plans = [Plan(cell, int(row["replicates"][0]))]
    again = summarise_cells(run_calibration(plans, folder=tmp_path, processes=1))
    columns = ["truth", "bias", "coverage", "supported", "contradicted", "wrong"]

    pd.testing.assert_frame_equal(row[columns], again[columns])
