"""Stages of a run, left out where what they are made of has not changed.

Each notes the checksum of its inputs, those of the files that it wrote, and what it
told: a second run reads the exports' fingerprints, and that is all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from helpers.citation import read_project
from helpers.files import (
    compute_checksum,
    compute_checksum_of_parts,
    read_sealed_json,
    seal_json,
    write_text,
)
from helpers.study.study import OF_A_RUN

FILE = Path(OF_A_RUN).parent / "stages.json"  # beside the study


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a run's folder that were finished, by name."""

    out: Path
    done: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, out: Path) -> Self:
        """Read what a folder notes; a damaged or missing note is none."""
        try:
            return cls(out, read_sealed_json((out / FILE).read_text("utf-8")))
        except (OSError, ValueError):
            return cls(out)

    def find_told(self, name: str, inputs: str) -> list[str] | None:
        """Return what a stage told if it need not be done again; else forget it."""
        known = self.done.get(name, {})
        if known.get("inputs") == inputs and self._has_all(known["files"]):
            told: list[str] = known["told"]
            return told
        if self.done.pop(name, None) is not None:
            self._write()
        return None

    def note(
        self, name: str, inputs: str, paths: Iterable[Path], told: Iterable[str] = ()
    ) -> None:
        """Note that a stage is finished, with the files or folders that it wrote."""
        files = {
            path.relative_to(self.out).as_posix(): compute_checksum(path)
            for path in sorted({file for path in paths for file in _list_files(path)})
        }
        self.done[name] = {"inputs": inputs, "files": files, "told": [*told]}
        self._write()

    def _has_all(self, files: Mapping[str, str]) -> bool:
        paths = {self.out / name: checksum for name, checksum in files.items()}
        return all(
            path.is_file() and compute_checksum(path) == checksum
            for path, checksum in paths.items()
        )

    def _write(self) -> None:
        write_text(self.out / FILE, seal_json(dict(sorted(self.done.items()))))


def _list_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (file for file in path.rglob("*") if file.is_file())


def sum_inputs(*inputs: object) -> str:
    """Return the checksum of a stage's inputs and of the version that reads them."""
    return compute_checksum_of_parts([read_project().version, *map(repr, inputs)])
