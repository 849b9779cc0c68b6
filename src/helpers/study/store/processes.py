"""Processes that share the work on many or large exports; few and small ones need none.

They are started when work first pays for it, and serve until all exports are read.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

PROCESSES, PAYS = 2, 1 << 26  # from so many bytes on, starting processes pays
LOOK = 1 << 14, 1 << 20  # bytes that looking at a file costs, at least and at most
AT_ONCE = 16  # files that are sent together


class Processes:
    """Processes that are started when they are first needed."""

    @cached_property
    def pool(self) -> ProcessPoolExecutor:
        """The processes; each starts with the first work that is given to it."""
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(PROCESSES, spawn, initializer=_end_with_parent)

    def for_size(self, size: int) -> ProcessPoolExecutor | None:
        """Return the processes if work on so many bytes pays for them, else None."""
        return self.pool if size >= PAYS and has_processors() else None

    def map(
        self, function: Callable[[Path], Result], paths: Sequence[Path]
    ) -> Iterable[Result]:
        """Apply a function to many paths in the processes, to few here; keep order."""
        pool = self.for_size(sum(map(_estimate_size, paths)))
        if pool is None:
            return map(function, paths)
        return pool.map(function, paths, chunksize=AT_ONCE)


@contextmanager
def open_processes() -> Iterator[Processes]:
    """Offer processes within the block; afterwards end those that were started."""
    processes = Processes()
    try:
        yield processes
    finally:
        if "pool" in vars(processes):
            processes.pool.shutdown(cancel_futures=True)


def _estimate_size(path: Path) -> int:
    try:
        return min(max(path.stat().st_size, LOOK[0]), LOOK[1])
    except OSError:  # whoever looks at it tells
        return LOOK[0]


def has_processors() -> bool:
    """Return whether the machine can run the processes at the same time."""
    return (os.cpu_count() or 1) >= PROCESSES


def _end_with_parent() -> None:
    """Stop a reading process when the process that started it ends."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
