"""Collect the verdicts of all studies on all claims as plain records.

Pages, downloads and sentences of the site read these records only, so that they agree
with one another, and a page that changes costs no evaluation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from helpers.claims import (
    RegisterEntry,
    Verdict,
    combine_verdicts,
    read_register,
    report_verdict,
)
from helpers.claims.claim import Claim
from helpers.claims.contract.card import Text
from helpers.claims.contract.finding import Outcome
from helpers.claims.contract.finding import Range as Span
from helpers.claims.evaluation.answers import SILENT, combine_answers
from helpers.claims.evaluation.controls import Checked, Simulated
from helpers.claims.evaluation.multiplicity import Adjusted, list_families
from helpers.claims.evaluation.verdict import NO_ESTIMATOR
from helpers.claims.evaluation.verdict_store import report_together
from helpers.claims.fixed.source_names import Place
from helpers.claims.fixed.target_population import list_chinese_chats
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
from helpers.site.answers.framing import Framing
from helpers.site.languages import LANGUAGES
from helpers.study import Study
from helpers.survival import Interval
from helpers.synthesis import decision
from helpers.synthesis.readings import Alternatives
from helpers.synthesis.synthesis import Synthesis, run_synthesis
from helpers.wording import join_messages, say

EVER_STARTED, ALL_LISTED = say("ever started"), say("all groups founded")
HEARD = {  # an answer, as the word that pages mark
    decision.Answer.SUPPORTED: Word.SUPPORTED,
    decision.Answer.NOT_SUPPORTED: Word.CONTRADICTED,
    decision.Answer.DEPENDS: "MIXED",
    decision.Answer.PARTLY: "HALF",
    decision.Answer.UNDECIDED: Word.INCONCLUSIVE,
    decision.Answer.NO_DATA: Word.UNTESTABLE,
    decision.Answer.NOT_TESTABLE: Word.UNFALSIFIABLE,
}


def build_board(studies: Sequence[Study], claims: Sequence[str] = ()) -> Board:
    """Build the answers to all claims from the studies' verdicts."""
    names = list(claims) or list(read_register())
    met = _list_met_needs(names, studies)
    heard = {name: _collect_verdicts(name, studies) for name in names}
    adjusted = list_families(
        decision.withhold_biased(verdict)
        for each in heard.values()
        for verdict in each.all
    )
    answers = (
        _build_answer(Claim.of(name), heard[name], studies, met) for name in names
    )
    return Board(
        tuple(_add_significant_counts(answer, adjusted) for answer in answers), met
    )


class _ClaimVerdicts(NamedTuple):
    """Verdicts on a claim: of each study, and of all studies pooled as strata."""

    verdicts: list[Verdict]
    strata: Verdict | None

    @property
    def all(self) -> tuple[Verdict, ...]:
        """All verdicts on the claim: of each study, and of all strata pooled."""
        return (*self.verdicts, *([self.strata] if self.strata else []))


def _collect_verdicts(name: str, studies: Sequence[Study]) -> _ClaimVerdicts:
    verdicts = [report_verdict(name, study) for study in studies]
    return _ClaimVerdicts(verdicts, report_together(name, studies))


def _add_significant_counts(
    answer: Answer, p_values: Mapping[tuple[str, str], Adjusted]
) -> Answer:
    """Add to an answer how many verdicts stay significant after multiple testing."""
    own = [adjusted for (name, _), adjusted in p_values.items() if name == answer.claim]
    decided = [adjusted for adjusted in own if adjusted.decided]
    return replace(
        answer,
        tests=max((adjusted.tests for adjusted in decided), default=0),
        settled=len(decided),
        kept=sum(adjusted.selected for adjusted in decided),
    )


def _list_met_needs(claims: Iterable[str], studies: Sequence[Study]) -> Met:
    needs = {need.name: need for name in claims for need in Claim.of(name).needs}
    return {
        name: tuple(study.name for study in studies if need.met_by(study))
        for name, need in sorted(needs.items())
    }


def _build_answer(
    claim: Claim, heard: _ClaimVerdicts, studies: Sequence[Study], met: Met
) -> Answer:
    verdicts, strata = heard
    wechat = list_chinese_chats(studies)
    synthesis = run_synthesis(claim.id, verdicts, strata=strata, wechat=wechat)
    answer = _list_answered(claim, verdicts, strata, (met, wechat), Framing(synthesis))
    tested = replace(answer, synthesis=synthesis, pooled=_get_pooled(synthesis))
    conclusion = tested.conclusion
    line = Text(*(conclusion.bottom_line(t) for t in LANGUAGES))
    return replace(
        tested, heard=HEARD[conclusion.answer], said=conclusion.word, sentence=line
    )


def _list_answered(
    claim: Claim,
    verdicts: Sequence[Verdict],
    strata: Verdict | None,
    sources: tuple[Met, Sequence[str]],
    framing: Framing,
) -> Answer:
    met, wechat = sources
    needs = claim.needs if claim.entry.status == "testable" else ()
    cells = tuple(
        _build_cell(
            verdict,
            framing,
            tuple(n.name for n in needs if verdict.study not in met[n.name]),
        )
        for verdict in verdicts
    )
    is_together = strata is not None and strata.word not in SILENT
    together = _build_cell(strata, framing) if strata and is_together else None
    if not (together or any(cell.speaks for cell in cells)):
        return _build_silent_answer(claim.entry, cells)
    combined = combine_verdicts(
        claim.entry, verdicts, strata=strata, chinese_chats=wechat
    )
    withheld = list(map(decision.withhold_biased, verdicts))
    by_rule = combine_answers(claim, withheld, strata)
    return Answer(
        claim=claim.id,
        word=combined.word,
        qualifiers=combined.qualifiers,
        reason=combined.reason,
        population=combined.population.word if combined.population else None,
        entering=combined.entering,
        apart=combined.apart,
        cells=cells,
        together=together,
        variant=by_rule.variant,
        by_rule=by_rule,
    )


def _get_pooled(synthesis: Synthesis) -> tuple[Range, ...]:
    """Return the pooled estimate and prediction interval of a claim."""
    pool = synthesis.headline.pool if synthesis.headline else None
    if pool is None:
        return ()
    return _build_range("mean", pool.mean), _build_range("prediction", pool.prediction)


def _build_silent_answer(entry: RegisterEntry, cells: tuple[Cell, ...]) -> Answer:
    """Build the answer to a claim that no study can test, naming the missing data."""
    waits = any(cell.word is None for cell in cells)
    word = Word.UNTESTABLE if entry.status != "unfalsifiable" else Word.UNFALSIFIABLE
    return Answer(
        claim=entry.id,
        word=None if waits else word,
        reason=NO_ESTIMATOR if waits else "",
        population=word,
        cells=cells,
    )


def _build_cell(
    verdict: Verdict, framing: Framing, missing: tuple[str, ...] = ()
) -> Cell:
    verdict = decision.withhold_biased(verdict)
    framed = framing.find_interval(verdict)
    standings = Counter(framing.list_standings(verdict))
    lead = verdict.about.wording.lead(verdict.variant)
    return Cell(
        study=verdict.study,
        word=verdict.word,
        qualifiers=verdict.qualifiers,
        n=verdict.n,
        components=tuple(
            _build_range("", component)
            for component in verdict.leading
            if component is not None
        ),
        definition=verdict.definition,
        frame=verdict.frame,
        reason=verdict.reason,
        note=verdict.note,
        looked_at=verdict.looked_at,
        missing=missing,
        checks=tuple(Check(g.name, bool(g.passed), g.detail) for g in verdict.gates),
        ways=tuple(_list_ways(verdict, framing, lead)),
        beside=(
            *(
                _build_range(
                    say("within {place}", place=Place(place.name)), place.interval
                )
                for place in verdict.places
            ),
            *(
                replace(
                    _build_range(supplement.name, supplement.interval),
                    frame=supplement.frame,
                )
                for supplement in verdict.beside
            ),
        ),
        controls=tuple(_build_control(control) for control in verdict.controls),
        agreeing=standings["agrees"],
        counted=standings["agrees"] + standings["differs"],
        decides=framing.enters(verdict.study),
        framed=None if framed is None else _build_range("", framed),
        framed_n=None if framed is None else framed.n,
        parts=tuple(_build_cell(part, framing) for part in verdict.parts),
        places=tuple(
            _build_range(place.name, place.interval) for place in verdict.places
        ),
        variant=verdict.variant,
        cases=verdict.cases,
    )


def _list_ways(verdict: Verdict, framing: Framing, lead: int) -> Iterator[Range]:
    """Yield the alternative analyses of a source, those of the answer's groups first.

    Of other groups, those that give another estimate follow; none of them counts.
    """
    framed = framing.find_framed(verdict)
    own = Alternatives(verdict.components, verdict.specifications)
    deciding = framed or own
    standings = framing.list_standings(verdict)
    shown = set()
    for outcome, standing in zip(deciding.outcomes, standings, strict=True):
        if (limits := _get_component(outcome, lead)) is not None:
            shown.add((outcome.name, limits))
            yield _build_range(outcome.name, limits, standing)
    if framed is None:
        return
    yield from (
        _build_range(ALL_LISTED, component, "frame")
        for component in verdict.components
        if component is not None
    )
    for outcome in verdict.specifications:
        limits = _get_component(outcome, lead)
        if limits is None or (outcome.name, limits) in shown:
            continue
        if outcome.name != EVER_STARTED:  # the estimate that is shown as the main one
            name = join_messages(", ", (outcome.name, ALL_LISTED))
            yield _build_range(name, limits, "frame")


def _build_control(checked: Checked) -> ControlShown:
    what, result = checked.control.what, checked.found
    if isinstance(result, Simulated):
        return ControlShown(what, checked.failed, times=result.times, of=result.of)
    return ControlShown(what, checked.failed, _build_range("", result))


def _get_component(outcome: Outcome, lead: int) -> Span | None:
    """Return the estimate of one part of a claim under a specification, or None."""
    return outcome.components[lead] if outcome.components else None


def _build_range(name: str, component: Interval | Span, standing: str = "") -> Range:
    return Range(
        name,
        float(component.estimate),
        float(component.low),
        float(component.high),
        standing,
    )
