"""Archives of code and tables that the website offers for download."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from helpers import paths
from helpers.figures.citation import read_project
from helpers.files import compute_checksum, replace_file

FOLDER = "downloads"
TABLES = "data/processed"
# executed notebooks: heavy, and made again from notebooks/source
NO_EXECUTED = (
    ":(exclude,glob)notebooks/*.ipynb",
    ":(exclude)notebooks/zh",
    ":(exclude)notebooks/solutions",
)
DAY = (1980, 1, 1, 0, 0, 0)  # one for all files: the same files, the same bytes
FILE_MODE, PROGRAM_MODE = 0o100644, 0o100755
MEGABYTE = 1_000_000

Kind = Literal["tables", "code"]


@dataclass(frozen=True, slots=True)
class Download:
    """An archive of the website: address, size in bytes, SHA-256 checksum."""

    address: str
    size: int
    checksum: str

    @property
    def megabytes(self) -> str:
        """Size in megabytes, to be printed.

        >>> Download("a.zip", 7_240_000, "").megabytes
        '7.2'
        """
        return f"{self.size / MEGABYTE:.1f}"


class _Member(NamedTuple):
    name: str
    content: bytes
    mode: int = FILE_MODE


def write_downloads(target: Path) -> Mapping[Kind, Download]:
    """Write the archives of tables and code into a folder of page sources.

    Both unpack into one folder. Without a repository only the tables are written.
    """
    tables = list(_list_committed([TABLES])) or list(_list_tables(paths.PROCESSED))
    sources = (".", f":(exclude){TABLES}", *NO_EXECUTED)
    members: dict[Kind, list[_Member]] = {
        "tables": tables,
        "code": list(_list_committed(sources)),
    }
    version = read_project().version
    return {
        kind: _write_archive(target, f"{kind}-{version}.zip", listed)
        for kind, listed in members.items()
        if listed
    }


def _list_committed(selected: Iterable[str]) -> Iterator[_Member]:
    """Yield the committed files of the repository; none outside of one."""
    git = shutil.which("git")
    if git is None or not (paths.ROOT / ".git").exists():
        return
    command = [git, "-C", str(paths.ROOT), "archive", "--format=tar", "HEAD", "--"]
    done = subprocess.run([*command, *selected], capture_output=True, check=False)  # noqa: S603 - fixed arguments
    if done.returncode:
        return
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as packed:
        for one in packed:
            if (file := packed.extractfile(one)) is not None:
                is_program = bool(one.mode & 0o100)
                mode = PROGRAM_MODE if is_program else FILE_MODE
                yield _Member(one.name, file.read(), mode)


def _list_tables(folder: Path) -> Iterator[_Member]:
    """Yield the files of the tables of an installation."""
    for file in folder.rglob("*"):
        within = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in within.parts):
            yield _Member(f"{TABLES}/{within.as_posix()}", file.read_bytes())


def _write_archive(target: Path, name: str, members: Iterable[_Member]) -> Download:
    """Write an archive, whole or not at all; the same bytes for the same files."""
    path, top = target / FOLDER / name, f"shequn-evidence-{read_project().version}"
    with replace_file(path) as partial, zipfile.ZipFile(partial, "w") as packed:
        for one in sorted(members):
            about = zipfile.ZipInfo(f"{top}/{one.name}", DAY)
            about.create_system, about.external_attr = 3, one.mode << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(about, one.content, compresslevel=9)
    address = f"{FOLDER}/{name}"
    return Download(address, path.stat().st_size, compute_checksum(path))
