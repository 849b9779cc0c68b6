"""Every claim in every study as plain records, evaluated once and kept on disk.

Pages, downloads and sentences of the site read these records only, so that they agree
with one another, and a page that changes costs no evaluation.
"""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from helpers.claims import combine_verdicts, evaluate, read_register
from helpers.claims.needs import needs_of
from helpers.claims.population import chinese_chats
from helpers.claims.rules import Word
from helpers.claims.special import rule_of
from helpers.claims.verdict import NO_ESTIMATOR
from helpers.files import checksum, checksum_of, write_text
from helpers.site.board import Answer, Board, Cell, Check, Range
from helpers.small_counts import least
from helpers.study import open_studies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.claims import Claim, Verdict
    from helpers.claims.specifications import Outcome
    from helpers.claims.specifications import Range as Span
    from helpers.site.board import Met
    from helpers.study import Study
    from helpers.survival import Interval

__all__ = ["board_of", "evaluated"]

AT_ONCE = 2
NOT_EVIDENCE = {"site", "notebooks", "figures", "fonts", "formats", "simulate"}


def board_of(folders: Sequence[Path], kept: Path) -> Board:
    """Return the board of some studies; evaluate only what no file has.

    Parameters
    ----------
    folders
        Processed studies.
    kept
        The file that keeps it, stale as soon as a table or an estimator changes.
    """
    key = _key(folders)
    if kept.is_file():
        held = json.loads(kept.read_text(encoding="utf-8"))
        if held["key"] == key:
            return msgspec.convert(held["board"], Board)
    board = evaluated(folders)
    text = json.dumps({"key": key, "board": asdict(board)}, ensure_ascii=False)
    write_text(kept, text + "\n")
    return board


def _key(folders: Iterable[Path]) -> str:
    root = Path(__file__).resolve().parents[1]
    code = (
        (file.relative_to(root).as_posix(), checksum(file))
        for file in sorted(root.rglob("*.*"))
        if file.suffix in {".py", ".toml"}
        and file.relative_to(root).parts[0] not in NOT_EVIDENCE
    )
    tables = [(f.name, checksum(f / "manifest.json")) for f in folders]
    shown = ("least number of people shown", str(least()))
    return checksum_of(part for pair in (*code, *tables, shown) for part in pair)


def evaluated(folders: Sequence[Path], claims: Sequence[str] = ()) -> Board:
    """Evaluate claims (all of the register by default) in studies, two at a time."""
    names = list(claims) or list(read_register())
    met = _met(names, folders)
    if len(folders) < AT_ONCE:  # a process costs more than one study
        return Board(tuple(_share(names, folders, met)), met)
    shares = [names[start::AT_ONCE] for start in range(AT_ONCE)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_ONCE, mp_context=spawn) as pool:
        found = pool.map(_share, shares, [list(folders)] * AT_ONCE, [met] * AT_ONCE)
        answers = {one.claim: one for part in found for one in part}
    return Board(tuple(answers[name] for name in names), met)


def _met(claims: Iterable[str], folders: Sequence[Path]) -> Met:
    needs = {need.name: need for name in claims for need in needs_of(name)}
    studies = open_studies(folders) if folders else []
    return {
        name: tuple(study.name for study in studies if need.met_by(study))
        for name, need in sorted(needs.items())
    }


def _share(claims: Sequence[str], folders: Sequence[Path], met: Met) -> list[Answer]:
    studies = open_studies(folders) if folders else []
    register = read_register()
    return [_answer(register[name], studies, met) for name in claims]


def _answer(entry: Claim, studies: Sequence[Study], met: Met) -> Answer:
    verdicts = [evaluate(entry.id, study) for study in studies]
    needs = needs_of(entry.id) if entry.status == "testable" else ()
    cells = tuple(
        _cell(one, tuple(n.name for n in needs if one.study not in met[n.name]))
        for one in verdicts
    )
    if not any(cell.speaks for cell in cells):
        return _silent(entry, cells)
    found = combine_verdicts(
        rule_of(entry),
        verdicts,
        threshold_is_ours=entry.threshold_source == "ours",
        chinese_chats=chinese_chats(studies),
    )
    pooled = (("mean", found.mean), ("prediction", found.prediction))
    return Answer(
        claim=entry.id,
        word=found.word,
        qualifiers=found.qualifiers,
        reason=found.reason,
        population=found.population.word if found.population else None,
        unseen=found.unseen,
        entering=found.entering,
        apart=found.apart,
        pooled=tuple(_range(name, one) for name, one in pooled if one),
        cells=cells,
    )


def _silent(entry: Claim, cells: tuple[Cell, ...]) -> Answer:
    """Return the answer where no study speaks."""
    waits = any(cell.word is None for cell in cells)
    word = Word.UNTESTABLE if entry.status != "unfalsifiable" else Word.UNFALSIFIABLE
    return Answer(
        claim=entry.id,
        word=None if waits else word,
        qualifiers=(),
        reason=NO_ESTIMATOR if waits else "",
        population=word,
        unseen=None,
        entering=(),
        apart=(),
        pooled=(),
        cells=cells,
    )


def _cell(verdict: Verdict, missing: tuple[str, ...] = ()) -> Cell:
    agreed = verdict.agreement
    return Cell(
        study=verdict.study,
        word=verdict.word,
        qualifiers=verdict.qualifiers,
        n=verdict.n,
        legs=tuple(_range("", leg) for leg in verdict.legs if leg is not None),
        definition=verdict.definition,
        frame=verdict.frame,
        reason=verdict.reason,
        note=verdict.note,
        looked_at=verdict.looked_at,
        missing=missing,
        checks=tuple(Check(g.name, bool(g.passed), g.detail) for g in verdict.gates),
        ways=tuple(_way(one) for one in verdict.specifications if _shown(one)),
        beside=tuple(_range(one.name, one.interval) for one in verdict.beside),
        agreeing=agreed.agreeing if agreed else 0,
        counted=agreed.counted if agreed else 0,
        parts=tuple(_cell(part) for part in verdict.parts),
    )


def _shown(one: Outcome) -> bool:
    return bool(one.legs) and one.legs[0] is not None


def _way(one: Outcome) -> Range:
    leg = one.legs[0]
    assert leg is not None  # noqa: S101 - `_shown` chose it
    return _range(one.name, leg, counts=one.counts)


def _range(name: str, leg: Interval | Span, *, counts: bool = True) -> Range:
    return Range(name, float(leg.estimate), float(leg.low), float(leg.high), counts)
