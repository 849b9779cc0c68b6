"""One process at a time on a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from helpers.errors import ShequnError
from helpers.files import unwritable

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the system lets go of it when the process ends.

    Raises
    ------
    ShequnError
        If another process holds it, or the folder can't be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with locked(Path(tempfile.mkdtemp()) / "study"):
    ...     pass
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a")
    except OSError as error:
        raise unwritable(folder, error) from error
    with file:
        try:
            _take(file)
        except OSError as error:
            raise ShequnError(
                "another shequn is at work here",
                where=str(folder),
                remedy="wait until it has finished, or choose another folder",
            ) from error
        yield


if sys.platform == "win32":

    def _take(file: IO[str]) -> None:
        import msvcrt  # noqa: PLC0415 - only there

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:

    def _take(file: IO[str]) -> None:
        import fcntl  # noqa: PLC0415 - only there

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
