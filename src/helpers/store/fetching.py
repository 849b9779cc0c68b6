"""Public archives of messages, fetched at one commit and checked as a whole."""

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from helpers.errors import ShequnError, suggest_nearest
from helpers.files import compute_checksum, read_own_rows, replace_folder
from helpers.paths import find_cache_folder
from helpers.wording import say

BLOCK, PATIENCE = 1 << 20, 60  # bytes read at once; seconds without any
PARTIAL = 206  # the server goes on where the download broke off
Report = Callable[[str], object]


def list_archives() -> Mapping[str, Mapping[str, Any]]:
    """List what can be fetched, by name.

    >>> sorted(list_archives())
    ['fcc_gitter', 'gzlug']
    """
    return read_own_rows("store", "fetched.toml")


def fetch_archive(
    name: str, folder: Path, *, source: Path | None = None, report: Report = print
) -> Path:
    """Fetch an archive into a folder, whole or not at all; return its files' folder."""
    facts = list_archives().get(name)
    if facts is None:
        near = suggest_nearest(name, list_archives())
        there = ", ".join(list_archives())
        raise ShequnError(
            say("there is no archive of that name"), where=name,
            remedy=say("{near}name one of {there}", near=near, there=there),
        )  # fmt: skip
    target = folder / str(facts["to"])
    if target.is_dir() and compute_checksum_of_all(target) == facts["sha256"]:
        report(say("it is there already: {folder}", folder=target))
        return target
    given = source or _download(name, facts["address"], report)
    with replace_folder(target) as partial:
        for path, content in _read_files(given, facts["keep"]):
            (partial / path).write_bytes(content)
        if compute_checksum_of_all(partial) != facts["sha256"]:
            if source is None:
                given.unlink()
            raise ShequnError(
                say("these are not the recorded files: nothing was written"),
                where=str(source or facts["address"]),
                remedy=say("fetch it again, or name its ZIP with --from"),
            )
    if source is None:
        given.unlink()
    report(say("{title}: {folder}", title=facts["title"], folder=target))
    return target


def compute_checksum_of_all(folder: Path) -> str:
    """Compute one checksum over the names and contents of a folder's files."""
    whole = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        whole.update(f"{compute_checksum(file)}  {file.name}\n".encode())
    return whole.hexdigest()


def _read_files(source: Path, keep: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive or folder that fit a pattern, by their names."""
    if source.is_dir():
        for file in sorted(source.rglob(PurePosixPath(keep).name)):
            yield file.name, file.read_bytes()
        return
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in archive.namelist():
                if fnmatch(entry.partition("/")[2], keep):
                    yield PurePosixPath(entry).name, archive.read(entry)
    except (OSError, zipfile.BadZipFile) as error:
        raise ShequnError(
            say("is no ZIP that can be read ({error})", error=str(error)),
            where=str(source),
            remedy=say("fetch it again, or name its ZIP with --from"),
        ) from error


def _download(name: str, address: str, report: Report) -> Path:
    """Download a file into the cache; what is there of it is not fetched again."""
    target = find_cache_folder() / f"{name}.zip"
    partial = target.with_suffix(".partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    there = partial.stat().st_size if partial.exists() else 0
    asked = {"Range": f"bytes={there}-"} if there else {}
    request = urllib.request.Request(address, headers=asked)  # noqa: S310 - https, recorded
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            goes_on = answer.status == PARTIAL
            left = int(answer.headers.get("Content-Length") or 0)
            _write_blocks(answer, partial, there if goes_on else 0, left, report)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise ShequnError(
            say("the download broke off ({error})", error=str(error)), where=address,
            remedy=say("run it again to go on, or name its ZIP with --from"),
        ) from error  # fmt: skip
    shutil.move(partial, target)
    return target


def _write_blocks(
    answer: http.client.HTTPResponse, path: Path, start: int, left: int, report: Report
) -> None:
    """Write what a server sends, from a byte on; raise if it is less than it said."""
    done = start
    with path.open("r+b" if start else "wb") as file:
        file.seek(start)
        while block := answer.read(BLOCK):
            file.write(block)
            done += len(block)
            report(say("{n:.1f} MB", n=done / 1e6))
    if left and done < start + left:
        raise http.client.IncompleteRead(b"", start + left - done)
