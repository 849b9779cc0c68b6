"""Compute and store all specification curves (``make evidence``).

A piece is one claim in one study. It waits in ``build``, under the checksums of the
study's tables and of the code, until all are there: a run that was stopped goes on
where it was.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from helpers import paths
from helpers.claims.claim import Claim
from helpers.claims.contract.finding import Finding
from helpers.claims.evaluation.curves import (
    Computed,
    Curve,
    find_evidence_file,
    read_curves,
    write_curves,
)
from helpers.claims.evaluation.evaluate import choose_method, evaluate_claim
from helpers.claims.evaluation.registry import ESTIMATORS, PROXIES
from helpers.files import code_checksum, compute_checksum, compute_checksum_of_parts
from helpers.study import Study, open_studies, open_study

AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """One claim in one study, and the cache file of its specification curve."""

    claim: str
    study: Path
    file: Path


@dataclass(slots=True)
class _Collected:
    """Source of specification curves that computes and collects them for storage."""

    tables: str
    how: Computed
    curves: list[Curve] = field(default_factory=list)

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Compute the specification curve of a claim and keep it to be stored."""
        curve, flag = self.how.curve(claim, label, finding)
        curve = replace(curve, tables=self.tables)
        self.curves.append(curve)
        return curve, flag


def make_evidence(
    folders: Sequence[Path] = (),
    *,
    how: Computed | None = None,
    pieces: Path | None = None,
    processes: int = AT_ONCE,
) -> tuple[Path, ...]:
    """Compute specification curves of all claims in given studies; return the files.

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
    by_study = {study.name: list(_list_pieces(study, room)) for study in studies}
    todo = [
        piece for own in by_study.values() for piece in own if not piece.file.is_file()
    ]
    _run_pieces(todo, how or Computed(), processes)
    files = [_assemble_curves(study, by_study[study.name]) for study in studies]
    return tuple(path for path in files if path.is_file())


def _list_pieces(study: Study, room: Path) -> Iterable[_Piece]:
    """Yield the claims that a study can test, each with its cache file."""
    manifest = compute_checksum(study.folder / "manifest.json")
    for name in sorted(ESTIMATORS.keys() | PROXIES.keys()):
        if choose_method(Claim.of(name), study).estimator is None:
            continue
        key = compute_checksum_of_parts(
            [name, study.checksum, manifest, code_checksum()]
        )
        yield _Piece(name, study.folder, room / f"{key}.parquet")


def _run_pieces(todo: Sequence[_Piece], how: Computed, processes: int) -> None:
    if processes == 1 or len(todo) <= 1:
        for piece in todo:
            _compute_piece(piece, how)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        running = [pool.submit(_compute_piece, piece, how) for piece in todo]
        started = time.monotonic()
        for n_done, future in enumerate(as_completed(running), 1):
            future.result()
            _show_progress(n_done, len(todo), time.monotonic() - started)
    _show_progress(0, 0, 0.0)


def _compute_piece(piece: _Piece, how: Computed) -> None:
    study = open_study(piece.study)
    collected = _Collected(study.checksum, how)
    evaluate_claim(Claim.of(piece.claim), study, collected)
    write_curves(piece.file, collected.curves)


def _assemble_curves(study: Study, pieces: Iterable[_Piece]) -> Path:
    """Write the specification curves of all claims in a study to one file."""
    curves = [curve for piece in pieces for curve in read_curves(piece.file).values()]
    path = find_evidence_file(study.folder)
    if curves:
        write_curves(path, curves)
    else:
        path.unlink(missing_ok=True)
    return path


def _show_progress(done: int, of: int, seconds: float) -> None:
    """Print how many specification curves have been computed so far."""
    if not sys.stderr.isatty():
        return
    minutes_left = seconds / done * (of - done) / 60 if done else 0.0
    text = (
        f"evidence: {done} of {of} claims, {minutes_left:.0f} min left" if done else ""
    )
    sys.stderr.write(f"\r{text:<60}" + "\r" * (not done))
