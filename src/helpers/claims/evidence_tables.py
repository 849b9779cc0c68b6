"""``make evidence``: all specification curves, computed once and kept as tables.

A piece is one claim in one study. It is kept under the checksum of the study's tables
and of the code behind the claim, in ``build`` until its study is whole: a run that was
stopped goes on where it was, and one that changed little computes little.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from helpers import paths
from helpers.claims.computing import Computed
from helpers.claims.curves import evidence_file, read_curves, write_curves
from helpers.claims.estimators import ESTIMATORS
from helpers.claims.evaluate import estimator_of, evaluated
from helpers.claims.proxies import PROXIES
from helpers.claims.register import claim
from helpers.claims.sources import code_checksum, module_of
from helpers.files import checksum, checksum_of
from helpers.study import open_studies, open_study

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from helpers.claims.curves import Curve
    from helpers.claims.finding import Finding
    from helpers.claims.register import Claim
    from helpers.study import Study

__all__ = ["make_evidence"]

AT_ONCE = 2
BEHIND_ALL = "helpers.claims.computing"


@dataclass(frozen=True, slots=True)
class _Piece:
    """One claim in one study."""

    claim: str
    study: Path
    key: str
    file: Path


@dataclass(slots=True)
class _Collected:
    """Computes curves and keeps them."""

    piece: _Piece
    tables: str
    how: Computed
    curves: list[Curve] = field(default_factory=list)

    def curve(self, entry: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return a claim's curve, computed."""
        found, told = self.how.curve(entry, label, finding)
        found = replace(found, tables=self.tables, key=self.piece.key)
        self.curves.append(found)
        return found, told


def make_evidence(
    folders: Sequence[Path] = (),
    *,
    how: Computed | None = None,
    pieces: Path | None = None,
    processes: int = AT_ONCE,
) -> tuple[Path, ...]:
    """Write the curves of studies beside them, and return the files there are.

    Parameters
    ----------
    folders
        Processed studies; by default all of this run.
    how
        How many specifications and permutations; by default 100 and 500.
    pieces
        Where finished pieces wait; by default in ``build``.

    Raises
    ------
    ShequnError
        If a study can't be read or the tables can't be written.
    """
    room = pieces or paths.BUILD / "evidence"
    studies = open_studies(folders)
    asked = {study.name: list(_pieces(study, room)) for study in studies}
    todo = [one for own in asked.values() for one in own if not one.file.is_file()]
    _run(todo, how or Computed(), processes)
    made = [_assembled(study, asked[study.name]) for study in studies]
    return tuple(path for path in made if path.is_file())


def _pieces(study: Study, room: Path) -> Iterable[_Piece]:
    """Yield the claims that a study does not refuse; kept ones are handed on."""
    kept = read_curves(evidence_file(study))
    manifest = checksum(study.folder / "manifest.json")
    for name in sorted(ESTIMATORS.keys() | PROXIES.keys()):
        if (estimator := estimator_of(name, study).estimator) is None:
            continue
        code = code_checksum(BEHIND_ALL, module_of(estimator))
        key = checksum_of([name, study.checksum, manifest, claim(name).rule, code])
        piece = _Piece(name, study.folder, key, room / f"{key}.parquet")
        own = [one for one in kept.values() if one.claim == name and one.key == key]
        if own and not piece.file.is_file():
            write_curves(piece.file, own)
        yield piece


def _run(todo: Sequence[_Piece], how: Computed, processes: int) -> None:
    if processes == 1 or len(todo) <= 1:
        for piece in todo:
            _compute(piece, how)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        running = [pool.submit(_compute, piece, how) for piece in todo]
        started = time.monotonic()
        for done, future in enumerate(as_completed(running), 1):
            future.result()
            _tell(done, len(todo), time.monotonic() - started)
    _tell(0, 0, 0.0)


def _compute(piece: _Piece, how: Computed) -> None:
    study = open_study(piece.study)
    collected = _Collected(piece, study.checksum, how)
    evaluated(claim(piece.claim), study, collected)
    write_curves(piece.file, collected.curves)


def _assembled(study: Study, pieces: Iterable[_Piece]) -> Path:
    """Put the pieces of a study together; without a curve there is no file."""
    found = [curve for one in pieces for curve in read_curves(one.file).values()]
    path = evidence_file(study)
    if found:
        write_curves(path, found)
    else:
        path.unlink(missing_ok=True)
    return path


def _tell(done: int, of: int, seconds: float) -> None:
    """Say on a terminal how far it is."""
    if not sys.stderr.isatty():
        return
    left = seconds / done * (of - done) / 60 if done else 0.0
    text = f"evidence: {done} of {of} claims, {left:.0f} min left" if done else ""
    sys.stderr.write(f"\r{text:<60}" + "\r" * (not done))
