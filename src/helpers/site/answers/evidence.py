"""Every claim in every study as plain records.

Pages, downloads and sentences of the site read these records only, so that they agree
with one another, and a page that changes costs no evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from helpers.claims import Claim, Verdict, combine_verdicts, read_register, report
from helpers.claims.contract.card import Text, card
from helpers.claims.contract.data_needs import needs_of
from helpers.claims.contract.specification import Outcome
from helpers.claims.contract.specification import Range as Span
from helpers.claims.evaluation.answers import SILENT, answered
from helpers.claims.evaluation.control_results import Simulated
from helpers.claims.evaluation.controls import Checked
from helpers.claims.evaluation.multiplicity import Adjusted, families
from helpers.claims.evaluation.sentences import answer_word, sentence
from helpers.claims.evaluation.verdict import NO_ESTIMATOR
from helpers.claims.evaluation.verdict_store import report_together
from helpers.claims.fixed.target_population import chinese_chats
from helpers.claims.rules.interval_rules import Word
from helpers.site.answers.board import (
    Answer,
    Board,
    Cell,
    Check,
    ControlShown,
    Met,
    Range,
)
from helpers.site.languages import LANGUAGES, Words
from helpers.study import Study
from helpers.survival import Interval
from helpers.synthesis.synthesis import Synthesis, synthesise


def board_of(studies: Sequence[Study], claims: Sequence[str] = ()) -> Board:
    """Return what studies say about claims, by default all of the register."""
    names = list(claims) or list(read_register())
    met, register = _met(names, studies), read_register()
    heard = {name: _heard(name, studies) for name in names}
    found = families(one for each in heard.values() for one in each.all)
    answers = (_answer(register[name], heard[name], studies, met) for name in names)
    return Board(tuple(_weighed(answer, found) for answer in answers), met)


class _Heard(NamedTuple):
    """What each study says about a claim, and what they say as strata of one."""

    verdicts: list[Verdict]
    strata: Verdict | None

    @property
    def all(self) -> tuple[Verdict, ...]:
        """Those of the studies and, if there is one, that of the strata."""
        return (*self.verdicts, *([self.strata] if self.strata else []))


def _heard(name: str, studies: Sequence[Study]) -> _Heard:
    verdicts = [report(name, study) for study in studies]
    return _Heard(verdicts, report_together(name, studies))


def _weighed(answer: Answer, found: Mapping[tuple[str, str], Adjusted]) -> Answer:
    """Return an answer with how many of its decided estimates stay among all tests."""
    own = [one for (name, _), one in found.items() if name == answer.claim]
    decided = [one for one in own if one.decided]
    return replace(
        answer,
        tests=max((one.tests for one in decided), default=0),
        settled=len(decided),
        kept=sum(one.selected for one in decided),
    )


def _met(claims: Iterable[str], studies: Sequence[Study]) -> Met:
    needs = {need.name: need for name in claims for need in needs_of(name)}
    return {
        name: tuple(study.name for study in studies if need.met_by(study))
        for name, need in sorted(needs.items())
    }


def _answer(entry: Claim, heard: _Heard, studies: Sequence[Study], met: Met) -> Answer:
    verdicts, strata = heard
    wechat = chinese_chats(studies)
    synthesis = synthesise(entry.id, verdicts, strata=strata, wechat=wechat)
    answer = _answered(entry, verdicts, strata, (met, wechat))
    return replace(answer, synthesis=synthesis, pooled=_pooled(synthesis))


def _answered(
    entry: Claim,
    verdicts: Sequence[Verdict],
    strata: Verdict | None,
    asked: tuple[Met, Sequence[str]],
) -> Answer:
    met, wechat = asked
    needs = needs_of(entry.id) if entry.status == "testable" else ()
    cells = tuple(
        _cell(verdict, tuple(n.name for n in needs if verdict.study not in met[n.name]))
        for verdict in verdicts
    )
    together = _cell(strata) if strata and strata.word not in SILENT else None
    if not (together or any(cell.speaks for cell in cells)):
        return _told(_silent(entry, cells), verdicts)
    combined = combine_verdicts(entry, verdicts, strata=strata, chinese_chats=wechat)
    answer = Answer(
        claim=entry.id,
        word=combined.word,
        qualifiers=combined.qualifiers,
        reason=combined.reason,
        population=combined.population.word if combined.population else None,
        entering=combined.entering,
        apart=combined.apart,
        cells=cells,
        together=together,
    )
    return _told(answer, verdicts, strata)


def _pooled(synthesis: Synthesis) -> tuple[Range, ...]:
    """Return the pooled estimate of the number that is quoted, and the prediction."""
    pool = synthesis.headline.pool if synthesis.headline else None
    if pool is None:
        return ()
    return _range("mean", pool.mean), _range("prediction", pool.prediction)


def _told(
    answer: Answer, verdicts: Sequence[Verdict], strata: Verdict | None = None
) -> Answer:
    """Return an answer with its word and its sentence."""
    word = Text(
        *(answer_word(answer.claim, verdicts, t, strata=strata) for t in LANGUAGES)
    )
    wording = Text(
        *(
            sentence(
                answer.claim, verdicts, t, strata=strata, translate=Words(t).sentence
            )
            for t in LANGUAGES
        )
    )
    conclusion = answered(answer.claim, verdicts, strata)
    return replace(
        answer,
        heard=conclusion.word,
        said=word,
        sentence=wording,
        variant=conclusion.variant,
    )


def _silent(entry: Claim, cells: tuple[Cell, ...]) -> Answer:
    """Return the answer where no study speaks."""
    waits = any(cell.word is None for cell in cells)
    word = Word.UNTESTABLE if entry.status != "unfalsifiable" else Word.UNFALSIFIABLE
    return Answer(
        claim=entry.id,
        word=None if waits else word,
        reason=NO_ESTIMATOR if waits else "",
        population=word,
        cells=cells,
    )


def _cell(verdict: Verdict, missing: tuple[str, ...] = ()) -> Cell:
    agreed = verdict.agreement
    lead = card(verdict.claim).lead(verdict.variant)
    return Cell(
        study=verdict.study,
        word=verdict.word,
        qualifiers=verdict.qualifiers,
        n=verdict.n,
        legs=tuple(_range("", leg) for leg in verdict.leading if leg is not None),
        definition=verdict.definition,
        frame=verdict.frame,
        reason=verdict.reason,
        note=verdict.note,
        looked_at=verdict.looked_at,
        missing=missing,
        checks=tuple(Check(g.name, bool(g.passed), g.detail) for g in verdict.gates),
        ways=tuple(
            _range(outcome.name, leg, counts=outcome.counts)
            for outcome in verdict.specifications
            if (leg := _leg(outcome, lead)) is not None
        ),
        beside=(
            *(_range(f"within {one.name}", one.interval) for one in verdict.places),
            *(_range(one.name, one.interval) for one in verdict.beside),
        ),
        controls=tuple(_control(one) for one in verdict.controls),
        agreeing=agreed.agreeing if agreed else 0,
        counted=agreed.counted if agreed else 0,
        parts=tuple(_cell(part) for part in verdict.parts),
        places=tuple(_range(one.name, one.interval) for one in verdict.places),
        variant=verdict.variant,
        cases=verdict.cases,
    )


def _control(one: Checked) -> ControlShown:
    what, found = one.control.what, one.found
    if isinstance(found, Simulated):
        return ControlShown(what, one.failed, times=found.times, of=found.of)
    return ControlShown(what, one.failed, _range("", found))


def _leg(outcome: Outcome, lead: int) -> Span | None:
    """Return what a specification says of the leg that speaks for the claim."""
    return outcome.legs[lead] if outcome.legs else None


def _range(name: str, leg: Interval | Span, *, counts: bool = True) -> Range:
    return Range(name, float(leg.estimate), float(leg.low), float(leg.high), counts)
