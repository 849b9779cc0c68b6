"""Show on a terminal that long work goes on."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["progress"]

EVERY_SECONDS = 0.2


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Yield what takes a count of rows; silent unless stderr is a terminal.

    >>> with progress("reading") as show:
    ...     show(1000)
    """
    shown = 0.0

    def show(rows: int) -> None:
        nonlocal shown
        if time.monotonic() - shown > EVERY_SECONDS:
            shown = time.monotonic()
            sys.stderr.write(f"\r\033[K{what}: {rows:,} rows")
            sys.stderr.flush()

    if not sys.stderr.isatty():
        yield lambda _: None
        return
    try:
        yield show
    finally:
        sys.stderr.write("\r\033[K")
