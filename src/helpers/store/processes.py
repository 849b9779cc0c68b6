"""A second process that shares the work on many or large exports.

It is started when work first pays for it, and serves until all exports are read. What
it has not begun when this process has nothing to do, this process does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

PAYS = 1 << 26  # from so many bytes on, starting a process pays
LOOK = 1 << 14, 1 << 20  # bytes that looking at a file costs, at least and at most
AT_ONCE = 16  # files that are sent together
AHEAD = 6  # tasks that are given out or done before their turn


class Processes:
    """Two processes: ours, and one that is started when it is first needed."""

    @cached_property
    def pool(self) -> ProcessPoolExecutor:
        """The other process; it starts with the first work that is given to it."""
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, spawn, initializer=_end_with_parent)

    def pays(self, size: int) -> bool:
        """Return whether work on so many bytes pays for a process of its own."""
        return size >= PAYS and (os.cpu_count() or 1) > 1

    def share(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Apply a function to items in both processes; yield results in their order."""
        tasks = (_Task(self.pool, function, item) for item in items)
        return _iterate_results(deque(islice(tasks, AHEAD)), tasks)

    def map(
        self, function: Callable[[Path], Result], paths: Sequence[Path]
    ) -> Iterator[Result]:
        """Apply a function to paths, to many in both processes; keep their order."""
        if not self.pays(sum(map(_estimate_size, paths))):
            return map(function, paths)
        parts = [paths[n : n + AT_ONCE] for n in range(0, len(paths), AT_ONCE)]
        return chain.from_iterable(self.share(partial(_apply, function), parts))


class _Task:
    """A function call submitted to the other process, or run here if not begun."""

    def __init__(
        self,
        pool: ProcessPoolExecutor,
        function: Callable[[Any], Any],
        item: Any,  # noqa: ANN401
    ) -> None:
        self._call = partial(function, item)
        self.future: Future[Any] = pool.submit(self._call)

    def do_here(self) -> bool:
        """Do what the other process has not begun; return whether it had not."""
        if not self.future.cancel():
            return False
        self.future = Future()
        try:
            self.future.set_result(self._call())
        except Exception as error:  # noqa: BLE001  raised when it is its turn
            self.future.set_exception(error)
        return True


def _iterate_results(begun: deque[_Task], further: Iterator[_Task]) -> Iterator[Any]:
    while begun:
        first = begun.popleft()
        while not first.future.done():
            if not any(task.do_here() for task in (first, *begun)):
                break
        yield first.future.result()
        begun.extend(islice(further, 1))


def _apply(function: Callable[[Path], Result], paths: Sequence[Path]) -> list[Result]:
    return list(map(function, paths))


@contextmanager
def open_processes() -> Iterator[Processes]:
    """Offer a second process within the block; end it afterwards if it was started."""
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


def _end_with_parent() -> None:
    """Stop the other process when the one that started it ends."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
