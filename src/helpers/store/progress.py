"""Show progress of long computations in a terminal or a log."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from helpers.wording import join_messages, say
from helpers.wording.terminal import to_system_language

QUIET = "SHEQUN_QUIET"  # set where lines would end up on a page
OFTEN = "SHEQUN_PROGRESS"  # set where a program reads the lines, marked by how far
EVERY_SECONDS = 0.2
LEAST_SECONDS, LEAST_SHARE = 5.0, 0.05  # before which no time is estimated
EVERY_SECONDS_IN_LOGS = 15.0  # where there is no terminal: whole lines, now and then


def _write_progress(line: str) -> None:
    sys.stderr.write(f"\r\033[K{line}")
    sys.stderr.flush()


@contextmanager
def show_stage(what: str) -> Iterator[None]:
    """Display the name of a step while it runs; log it only if it takes long.

    >>> with show_stage("computing tables"):
    ...     pass
    """
    is_terminal, what = sys.stderr.isatty(), to_system_language(what)
    later = threading.Timer(EVERY_SECONDS_IN_LOGS, _write_line, [f"{what} …"])
    later.daemon = True
    if is_terminal:
        _write_progress(f"{what} …")
    elif os.environ.get(OFTEN):
        _write_line(f"[0/0] {what} …")
    else:
        later.start()
    try:
        yield
    finally:
        later.cancel()
        if is_terminal:
            _write_progress("")


def _write_line(line: str) -> None:
    if os.environ.get(QUIET):
        return
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@dataclass(slots=True)
class Steps:
    """Progress over several files: files done, messages per second, time left.

    >>> Steps("reading", 10, shown=False, at=5, messages=400).line(seconds=20)
    'reading: file 5 of 10, 400 messages (20/s), 20 s left'
    >>> Steps("executing", 13, False, of="notebook", at=1).line(seconds=4)
    'executing: notebook 1 of 13'
    """

    what: str
    files: int
    shown: bool
    of: str = "file"
    at: int = 0
    messages: int = 0
    _begun: float = field(default_factory=time.monotonic)
    _last: float = 0.0

    def next(self) -> None:
        """Announce that the next file begins."""
        self.at += 1
        self._show()

    def rows(self, messages: int) -> None:
        """Add to the number of messages read from the current file."""
        self.messages += messages
        self._show()

    def line(self, seconds: float) -> str:
        """Return the progress line after a number of seconds."""
        seconds_left = seconds / max(self.at, 1) * (self.files - self.at)
        rate = self.messages / max(seconds, 1e-9)
        text = say(
            "{what}: {of} {at} of {files}",
            what=self.what,
            of=self.of,
            at=self.at,
            files=self.files,
        )
        read = say(", {n:,} messages ({rate:,.0f}/s)", n=self.messages, rate=rate)
        left = say(", {seconds:.0f} s left", seconds=seconds_left)
        is_early = seconds < LEAST_SECONDS or self.at < LEAST_SHARE * self.files
        parts = [text, read if self.messages else "", "" if is_early else left]
        return join_messages("", parts)

    def _show(self) -> None:
        now = time.monotonic()
        if os.environ.get(OFTEN):
            if now - self._last > EVERY_SECONDS:
                self._last = now
                line = to_system_language(self.line(now - self._begun))
                _write_line(f"[{self.at}/{self.files}] {line}")
            return
        interval = EVERY_SECONDS if self.shown else EVERY_SECONDS_IN_LOGS
        if now - (self._last or self._begun * (not self.shown)) > interval:
            self._last = now
            write = _write_progress if self.shown else _write_line
            write(to_system_language(self.line(now - self._begun)))


@contextmanager
def show_steps(what: str, files: int, of: str = "file") -> Iterator[Steps]:
    """Yield a progress display for several files; in a log a line now and then.

    >>> with show_steps("reading", 2) as show:
    ...     show.next()
    """
    is_terminal = sys.stderr.isatty()
    try:
        yield Steps(what, files, is_terminal, of)
    finally:
        if is_terminal:
            _write_progress("")
