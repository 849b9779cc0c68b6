"""Further processes that share the work on many or large exports.

They are started when work first pays for it, and serve until all exports are read. What
they have not begun when this process has nothing to do, this process does.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import islice
from typing import Any, TypeVar

from helpers.machine import count_cores

Item = TypeVar("Item")
Result = TypeVar("Result")

PAYS = 1 << 26  # from so many bytes on, starting a process pays
AHEAD = 3  # tasks a core that are given out or done before their turn


class Processes:
    """A process a core: ours, and others that are started when first needed."""

    @cached_property
    def pool(self) -> ProcessPoolExecutor:
        """The other processes; they start with the first work given to them."""
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            count_cores() - 1, spawn, initializer=_end_with_parent
        )

    def pays(self, size: int) -> bool:
        """Return whether work on so many bytes pays for a process of its own."""
        return size >= PAYS and count_cores() > 1

    def share(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Apply a function to items in all processes; yield results in their order."""
        tasks = (_Task(self.pool, function, item) for item in items)
        return _iterate_results(deque(islice(tasks, AHEAD * count_cores())), tasks)


class _Task:
    """A function call submitted to another process, or run here if not begun."""

    def __init__(
        self,
        pool: ProcessPoolExecutor,
        function: Callable[[Any], Any],
        item: Any,  # noqa: ANN401
    ) -> None:
        self._call = partial(function, item)
        self.future: Future[Any] = pool.submit(self._call)

    def do_here(self) -> bool:
        """Do what no other process has begun; return whether it had not."""
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


@contextmanager
def open_processes() -> Iterator[Processes]:
    """Offer further processes within the block; end them afterwards."""
    processes = Processes()
    try:
        yield processes
    finally:
        if "pool" in vars(processes):
            processes.pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Stop the other process when the one that started it ends."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
