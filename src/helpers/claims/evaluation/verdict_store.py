"""Cache of verdicts, so that each is computed once for all pages and tables.

`evaluate` is a function of its arguments. Around it stand two things that are not:
what was computed is kept in the folder that ``SHEQUN_VERDICTS`` names, and what is
reported holds no small count of people.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from helpers.claims.evaluation.controls import CALIBRATION, RESULTS
from helpers.claims.evaluation.evaluate import evaluate, evaluate_together
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.evidence_plan import is_public
from helpers.claims.fixed.register import read_register
from helpers.claims.fixed.source_names import TOGETHER
from helpers.claims.rules.interval_rules import Word
from helpers.errors import ShequnError, locate_error
from helpers.files import (
    code_checksum,
    compute_checksum,
    compute_checksum_of_parts,
    replace_file,
)
from helpers.small_counts import mask_verdict
from helpers.study import Study, open_study
from helpers.study.store.progress import show_steps
from helpers.wording import say

FOLDER = "SHEQUN_VERDICTS"
AT_ONCE = 2
ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # of algebra, a process: idle ones burn CPU
PRESENTATION = ("demo", "figures", "fonts", "notebooks", "site", "synthesis")


def report_verdict(claim_id: str, study: Study) -> Verdict:
    """Return a study's verdict on a claim, with small counts of people masked.

    Examples
    --------
    >>> print(report_verdict("s3-headache-ranking", open_study("fcc_gitter")))
    UNFALSIFIABLE
    """
    return mask_verdict(load_verdict(claim_id, study))


def report_together(claim_id: str, studies: Sequence[Study]) -> Verdict | None:
    """Return the verdict of public sources pooled as strata, small counts masked."""
    folder = os.environ.get(FOLDER)
    if folder and (file := _find_common_file(Path(folder), studies)).is_file():
        verdict = _read_rows(file)[claim_id]
    else:
        verdict = _remember_together(claim_id, tuple(studies))
    return verdict and mask_verdict(verdict)


@cache
def _remember_together(claim_id: str, studies: tuple[Study, ...]) -> Verdict | None:
    """Return the verdict of sources pooled as strata; computed once per process."""
    return evaluate_together(claim_id, studies)


def load_verdict(claim_id: str, study: Study) -> Verdict:
    """Return a study's verdict from the cache, or compute and cache it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return _remember_verdict(claim_id, study)
    file = _find_file(Path(folder), study)
    if file.is_file():
        return cast("Verdict", _read_rows(file)[claim_id])
    own = file.with_name(f"{file.name}.{claim_id}")  # until all of the study are made
    if own.is_file():
        return cast("Verdict", _read_rows(own)[claim_id])
    verdict = _remember_verdict(claim_id, study)
    if verdict.components:  # a refusal costs less to compute than to keep
        with replace_file(own) as partial:
            partial.write_bytes(pickle.dumps({claim_id: verdict}))
    return verdict


@cache
def _remember_verdict(claim_id: str, study: Study) -> Verdict:
    """Return a study's verdict on a claim; computed once per process."""
    return _evaluate(claim_id, study)


def list_failures(study: Study) -> dict[str, str]:
    """List the claims with an error during evaluation, with reasons.

    Examples
    --------
    >>> list_failures(open_study("cn_colearning"))
    {}
    """
    folder = os.environ.get(FOLDER)
    file = _find_file(Path(folder), study) if folder else None
    verdicts = _read_rows(file).values() if file and file.is_file() else ()
    return {v.claim: v.reason for v in verdicts if v and v.has_failed}


def _evaluate(claim_id: str, study: Study) -> Verdict:
    """Evaluate a claim; on a user's own data, report errors instead of raising.

    A public source has no such errors, so there they end the run.
    """
    try:
        return evaluate(claim_id, study)
    except ShequnError:
        raise
    except Exception as error:
        if is_public(study.name):
            raise
        return Verdict(
            claim=claim_id,
            study=study.name,
            word=Word.UNTESTABLE,
            checksum=study.checksum,
            reason=say("could not be computed: {error}", error=locate_error(error)),
        )


@lru_cache(maxsize=128)  # asked for each claim anew
def _find_file(folder: Path, study: Study) -> Path:
    key = compute_checksum_of_parts(
        [str(study.folder), study.checksum, study.manifest.as_json()]
    )
    return folder / f"{study.name}.{key[:16]}"


def _find_common_file(folder: Path, studies: Sequence[Study]) -> Path:
    key = compute_checksum_of_parts(
        [_find_file(folder, study).name for study in studies]
    )
    return folder / f"{TOGETHER}.{key[:16]}"


@cache
def _read_rows(file: Path) -> Mapping[str, Verdict | None]:
    # this project wrote it, into its own folder of things made
    verdicts: dict[str, Verdict | None] = pickle.loads(file.read_bytes())  # noqa: S301
    return verdicts


@contextmanager
def keep_verdicts_in(room: Path) -> Iterator[None]:
    """Store and reuse computed verdicts in a cache folder while a with block runs.

    Those of other code are thrown away.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, keep_verdicts_in(Path(folder)):
    ...     Path(os.environ[FOLDER]).parent == Path(folder)
    True
    >>> FOLDER in os.environ
    False
    """
    made_by = [code_checksum(without=PRESENTATION)]
    made_by += [
        compute_checksum(file) for file in (RESULTS, CALIBRATION) if file.is_file()
    ]
    folder = room / compute_checksum_of_parts(made_by)[:16]
    for old in room.glob("*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    with _set_environment({FOLDER: str(folder)}):
        yield


def make_verdicts(studies: Sequence[Study]) -> None:
    """Compute and store all verdicts of studies that are not in the cache yet.

    Those of each study are made, and those of all of them together.
    """
    folder = Path(os.environ[FOLDER])
    todo = [
        [study.folder] for study in studies if not _find_file(folder, study).is_file()
    ]
    todo.sort(key=_compute_size, reverse=True)
    if len(studies) > 1 and not _find_common_file(folder, studies).is_file():
        todo.insert(0, [study.folder for study in studies])
    with show_steps(say("evaluating"), len(todo), say("study")) as show:
        if len(todo) <= 1:  # a process costs more than one study
            for folders in todo:
                _make(folders)
            return
        spawn = multiprocessing.get_context("spawn")
        with _set_environment(ONE_THREAD), ProcessPoolExecutor(AT_ONCE, spawn) as pool:
            running = [pool.submit(_make, folders) for folders in todo]
            for future in as_completed(running):
                future.result()
                show.next()


@contextmanager
def _set_environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for child processes while a with block runs."""
    before = {name: os.environ[name] for name in values if name in os.environ}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]
        os.environ.update(before)


def _compute_size(folders: Sequence[Path]) -> int:
    return sum(file.stat().st_size for folder in folders for file in folder.iterdir())


def _make(folders: Sequence[Path]) -> None:
    studies, folder = [open_study(path) for path in folders], Path(os.environ[FOLDER])
    verdicts: dict[str, Verdict | None]
    if len(studies) == 1:
        file = _find_file(folder, studies[0])
        verdicts = {name: _evaluate(name, studies[0]) for name in read_register()}
    else:
        file = _find_common_file(folder, studies)
        verdicts = {name: evaluate_together(name, studies) for name in read_register()}
    with replace_file(file) as partial:
        partial.write_bytes(pickle.dumps(verdicts))
