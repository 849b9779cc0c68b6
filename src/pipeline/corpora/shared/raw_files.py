"""Verify raw data files against recorded checksums."""

from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from helpers.errors import BrokenFileError, MissingSourceError, name_broken_row
from helpers.files import compute_checksum, compute_checksum_of_parts, read_description
from helpers.paths import RAW, ROOT


class RawFile(NamedTuple):
    """Record of a raw file or folder: name, size and checksum.

    A folder's name ends in a slash; its checksum is that of its files' paths and
    checksums, in the order of paths.
    """

    name: str
    sha256: str
    size: int


class _Recorded(msgspec.Struct, forbid_unknown_fields=True):
    bytes: int
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


def find_raw_folder() -> Path:
    """Return the folder of raw corpora: a shared one if present, else ``data/raw``."""
    shared = ROOT.parent / "shared" / "corpora"
    return shared if shared.is_dir() else RAW


def read_recorded(name: str) -> tuple[RawFile, ...]:
    """Read the list of a corpus's raw files, with their checksums."""
    with name_broken_row(f"{name}.toml, [raw_files]"):
        files = msgspec.convert(
            read_description(name).get("raw_files", {}), dict[str, _Recorded]
        )
    return tuple(RawFile(path, file.sha256, file.bytes) for path, file in files.items())


def verify_corpus(folder: Path, name: str) -> tuple[RawFile, ...]:
    """Verify each raw file of a corpus against its recorded checksum."""
    files = read_recorded(name)
    if not files:
        remedy = f"give bytes and sha256 of each under [raw_files] of {name}.toml"
        raise MissingSourceError("lists no raw file", where=name, remedy=remedy)
    for file in files:
        path = folder / file.name
        if not (path.is_dir() if file.name.endswith("/") else path.is_file()):
            raise MissingSourceError(
                f"no such file, needed for {name}",
                where=str(path),
                remedy="data/raw/README.md says how to obtain it",
            )
        if _compute_checksum(path) != file.sha256:
            raise BrokenFileError(
                _describe_mismatch(path, file),
                where=str(path),
                remedy="fetch the file again as bytes (data/raw/README.md says how);"
                " nothing was changed",
            )
    return files


def _compute_checksum(path: Path) -> str:
    """Return the checksum of a file, or of the list of a folder's files."""
    if path.is_file():
        return compute_checksum(path)
    inside = sorted(
        (file.relative_to(path).as_posix(), file)
        for file in path.rglob("*")
        if file.is_file()
    )
    return compute_checksum_of_parts(
        part for name, file in inside for part in (name, compute_checksum(file))
    )


def _describe_mismatch(path: Path, file: RawFile) -> str:
    if path.is_dir():
        return "holds other files than those recorded"
    size = path.stat().st_size
    if size != file.size:
        return f"has {size:,} bytes instead of {file.size:,}"
    return f"has {size:,} bytes as recorded, but not the same ones"
