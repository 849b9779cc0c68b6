"""Pieces: in which order they are run, and what an interrupted run has left."""

import pandas as pd
import pytest

from validation.coverage.__main__ import run_command
from validation.coverage.cells import Cell
from validation.coverage.running import (
    Plan,
    Row,
    _order_pieces,
    read_finished,
    run_calibration,
)
from validation.coverage.subjects import SUBJECTS
from validation.coverage.summary import list_failed_cells, summarise_cells

TRUE, FALSE = Cell("D", "true", 100), Cell("D", "false", 100)


def test_every_first_piece_comes_before_any_second(tmp_path):
    """A run that is interrupted knows something of every cell."""
    tasks = _order_pieces([Plan(TRUE, 50), Plan(FALSE, 30)], tmp_path)

    assert [task.start for task in tasks] == [0, 0, 20, 20, 40]


def test_unfinished_pieces_are_not_run(tmp_path):
    """What is left of a run is read as it is."""
    run_calibration([Plan(TRUE, 20)], folder=tmp_path, processes=1)
    found = read_finished([Plan(TRUE, 40), Plan(FALSE, 40)], folder=tmp_path)

    assert {cell: len(rows) for cell, rows in found.items()} == {TRUE: 20}


def test_tables_of_what_is_finished_are_written(tmp_path, monkeypatch):
    """The command writes tables of the subjects asked for, and runs nothing."""
    monkeypatch.setattr(
        "validation.coverage.running.find_pieces_folder", lambda: tmp_path
    )
    cells = SUBJECTS["D"].cells()
    run_calibration([Plan(cell, 20) for cell in cells], folder=tmp_path, processes=1)
    words = ["--only", "D", "--finished", "--design", "0", "--out", str(tmp_path)]

    assert run_command(words) == 0
    assert len(pd.read_csv(tmp_path / "cells.csv")) == len(cells)
    assert pd.read_csv(tmp_path / "design.csv")["tried"].tolist() == [300]


@pytest.mark.parametrize(
    ("word", "result"), [("INCONCLUSIVE", "held"), ("SUPPORTED", "failed: wrong 1.000")]
)
def test_rule_that_nothing_decides_has_no_right_verdict(word, result):
    """Where a component is never shown coverage is counted, and a verdict is wrong."""
    row = Row(0, word, 0.9, 0.8, 1.0, "UNTESTABLE", *[float("nan")] * 3)
    cell = Cell("s2-overload-fatigue", "true", 300)
    (told,) = summarise_cells({cell: [row] * 20}).to_dict("records")

    assert pd.isna(told["right"])
    assert told["result"] == result


def test_cell_that_misses_its_mark_is_named():
    """It is run again in more replicates; a cell that holds is not."""
    held, wrong = (
        [Row(nth, "", 0.0, low, 0.9, "", *[0.0] * 3) for nth in range(40)]
        for low in (0.0, 0.8)
    )

    assert [cell for cell, _ in list_failed_cells({TRUE: held, FALSE: wrong})] == [
        FALSE
    ]
