"""Run calibration simulations in parallel, storing partial results."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from helpers import paths
from helpers.claims import Word, parse_rule
from helpers.errors import ShequnError
from helpers.files import code_checksum, compute_checksum_of_parts, write_text
from helpers.survival import Interval
from validation.coverage.cells import Cell
from validation.coverage.subjects import SUBJECTS

PROCESSES = 2
NOWHERE = float("nan")
PACKAGE = Path(__file__).parents[1]  # `validation`, whose code the replicates run too
PIECE = 20  # replicates that are run and kept together


class Row(NamedTuple):
    """Verdict and estimates on one numbered simulated study."""

    replicate: int
    word: str
    estimate: float
    low: float
    high: float
    naive_word: str
    naive: float
    naive_low: float
    naive_high: float


class Plan(NamedTuple):
    """A calibration cell and how many studies to simulate."""

    cell: Cell
    replicates: int


@dataclass(frozen=True, slots=True)
class _Task:
    cell: Cell
    start: int
    stop: int
    file: Path


def run_replicate(cell: Cell, number: int) -> Row:
    """Simulate and judge one numbered study of a calibration cell."""
    subject = SUBJECTS[cell.subject]
    word, component, naive = subject.judge(cell, number)
    naive_word = (
        parse_rule(subject.component).decide(naive).word if naive else Word.UNTESTABLE
    )
    return Row(
        number,
        str(word),
        *_list_limits(component),
        str(naive_word),
        *_list_limits(naive),
    )


def _list_limits(interval: Interval | None) -> tuple[float, float, float]:
    return (
        (interval.estimate, interval.low, interval.high) if interval else (NOWHERE,) * 3
    )


def run_calibration(
    plans: Sequence[Plan], *, folder: Path | None = None, processes: int = PROCESSES
) -> dict[Cell, list[Row]]:
    """Run simulations, or read earlier results of the same code.

    Every cell gets its first piece before any gets its second.

    Parameters
    ----------
    plans
        Cells and replicates.
    folder
        Where finished pieces are kept; by default in ``build``, under the checksum of
        the code, so that changed code runs anew.

    Raises
    ------
    ShequnError
        If a kept piece cannot be read.
    """
    room = folder or find_pieces_folder()
    tasks = _order_pieces(plans, room)
    _run_pieces([task for task in tasks if not task.file.exists()], processes)
    return _group_by_cell(tasks)


def read_finished(
    plans: Sequence[Plan], *, folder: Path | None = None
) -> dict[Cell, list[Row]]:
    """Read the results of earlier simulations without running any."""
    room = folder or find_pieces_folder()
    return _group_by_cell(
        [task for task in _order_pieces(plans, room) if task.file.exists()]
    )


def _group_by_cell(tasks: Sequence[_Task]) -> dict[Cell, list[Row]]:
    by_cell: dict[Cell, list[Row]] = {task.cell: [] for task in tasks}
    for task in tasks:
        by_cell[task.cell] += _read_rows(task.file)
    return by_cell


def find_pieces_folder() -> Path:
    """Return the folder for partial simulation results."""
    return paths.BUILD / "calibration"


def _order_pieces(plans: Sequence[Plan], room: Path) -> list[_Task]:
    """Order the simulations so that all cells progress together."""
    pieces = (task for plan in plans for task in _split_pieces(plan, room))
    return sorted(pieces, key=attrgetter("start"))


def _split_pieces(plan: Plan, room: Path) -> Iterable[_Task]:
    cell, n_replicates = plan
    code = compute_checksum_of_parts([code_checksum(), code_checksum(PACKAGE)])
    name = f"{code[:16]}/{cell.seed(0).spawn_key[0]:08x}"
    for start in range(0, n_replicates, PIECE):
        stop = min(start + PIECE, n_replicates)
        yield _Task(
            cell, start, stop, room / f"{name}-{cell.groups}-{start}-{stop}.csv"
        )


def _run_pieces(tasks: Sequence[_Task], processes: int) -> None:
    if processes == 1:
        for task in tasks:
            _finish_task(task)
        return
    with ProcessPoolExecutor(processes) as pool:
        running = [pool.submit(_finish_task, task) for task in tasks]
        started = time.monotonic()
        for done, future in enumerate(as_completed(running), 1):
            future.result()
            _show_progress(done, len(tasks), time.monotonic() - started)
    _show_progress(0, 0, 0.0)


def _finish_task(task: _Task) -> None:
    rows = [run_replicate(task.cell, number) for number in range(task.start, task.stop)]
    lines = [",".join(Row._fields)]
    lines += [",".join(map(str, row)) for row in rows]
    task.file.parent.mkdir(parents=True, exist_ok=True)
    write_text(task.file, "\n".join(lines) + "\n")


def _read_rows(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))[1:]
    try:
        return [_build_row(fields) for fields in rows]
    except (ValueError, TypeError) as error:
        raise ShequnError(
            "is not a piece of a calibration",
            where=str(file),
            remedy="delete it and run `make calibrate` again",
        ) from error


def _build_row(fields: list[str]) -> Row:
    at, word, *right, naive_word, naive, low, high = fields
    estimate, lower, upper = map(float, right)
    wrong = float(naive), float(low), float(high)
    return Row(int(at), word, estimate, lower, upper, naive_word, *wrong)


def _show_progress(done: int, of: int, seconds: float) -> None:
    """Print how many simulations are done."""
    if not sys.stderr.isatty():
        return
    left = seconds / done * (of - done) / 60 if done else 0.0
    text = f"{done} of {of} pieces, {left:.0f} min left" if done else ""
    sys.stderr.write(f"\r{text:<60}" + "\r" * (not done))
