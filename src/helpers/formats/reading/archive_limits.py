"""Limits on size and paths that an archive must meet before it is unpacked."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path, PurePosixPath

from helpers.errors import BrokenFileError
from helpers.wording import say

MOST_MEMBERS = 1_000_000
MOST_RATIO = 1000
MOST_BYTES = 1 << 40
LONGEST_HEADER = 1 << 26
SMALL = 1 << 20  # a ratio says nothing about contents this small
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".gz", ".7z", ".rar", ".bz2", ".xz")
_END, _END64 = b"PK\5\6", b"PK\6\6"
_TAIL = 1 << 17  # where the end of a ZIP's directory must lie


def make_hostile_error(why: str, path: Path) -> BrokenFileError:
    """Return the error for an archive that is not unpacked for safety."""
    return BrokenFileError(
        say("was not unpacked for safety: it has {why}", why=why),
        where=str(path),
        remedy=say("unpack it yourself if you trust it, and give the folder"),
    )


def check_bounds(what: str, count: int, path: Path) -> None:
    """Raise if an archive's file count or size exceeds a limit.

    Raises
    ------
    BrokenFileError
        Naming the limit.
    """
    most = MOST_BYTES if what == "bytes" else MOST_MEMBERS
    if count > most:
        raise make_hostile_error(
            say("more than {n:,} {what}", n=most, what=say(what)), path
        )


def check_expansion(size: int, packed: int, path: Path) -> None:
    """Raise if an archive expands to over a thousand times its size.

    Raises
    ------
    BrokenFileError
        Naming the limit.
    """
    if size > SMALL and size > MOST_RATIO * max(packed, 1):
        raise make_hostile_error(
            say("contents over {n} times its size", n=MOST_RATIO), path
        )


def check_member_name(name: str, path: Path) -> None:
    """Raise if an archived path is unsafe or names another archive.

    Raises
    ------
    BrokenFileError
        Naming the member.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts or ("..",)
    drive = len(parts[0]) > 1 and parts[0][1] == ":" and parts[0][0].isascii()
    if ".." in parts or parts[0] == "/" or drive or "\0" in name:
        raise make_hostile_error(
            say("the name {name!r}, which leads out of it", name=name), path
        )
    if name.lower().endswith(ARCHIVES):
        raise make_hostile_error(say("the archive {name!r} within", name=name), path)


def check_unique_names(names: Iterable[str], path: Path) -> tuple[str, ...]:
    """Return file names sorted; raise if two files share a name.

    Raises
    ------
    BrokenFileError
        Naming the file.
    """
    ordered = sorted(names)
    for first, other in pairwise(ordered):
        if first == other:
            raise make_hostile_error(say("two files called {name!r}", name=first), path)
    return tuple(ordered)


def zip_members(path: Path) -> int:
    """Return the number of files in a ZIP, as stated in its end record.

    A directory of many millions would fill the memory before it could be counted.
    """
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(file.tell() - _TAIL, 0))
        tail = file.read()
    if (at := tail.rfind(_END64)) >= 0 and len(tail) >= at + 40:
        return int(struct.unpack_from("<Q", tail, at + 32)[0])
    if (at := tail.rfind(_END)) >= 0 and len(tail) >= at + 12:
        return int(struct.unpack_from("<H", tail, at + 10)[0])
    return 0
