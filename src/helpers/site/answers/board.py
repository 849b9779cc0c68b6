"""Verdicts of all studies on all claims, as plain records for pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from helpers.claims.claim import Claim
from helpers.claims.contract.card import NOTHING, Text
from helpers.claims.evaluation.answers import SILENT, Answered
from helpers.study.own.listing import NETWORK
from helpers.synthesis.conclusion import Conclusion, draw_conclusion
from helpers.synthesis.synthesis import Synthesis, run_synthesis

Met = dict[str, tuple[str, ...]]
AGREEMENT = {"few-agree", "most-agree", "few-own", "most-own"}


@dataclass(frozen=True, slots=True)
class Range:
    """A named estimate with its interval.

    Attributes
    ----------
    standing
        Of an alternative analysis, whether it counts for the answer and agrees, and
        else why it does not: a code with words in ``claim_page.toml``.
    frame
        Of a supplementary estimate, which groups it is of; empty for all listed.
    """

    name: str
    estimate: float
    low: float
    high: float
    standing: str = ""
    frame: str = ""

    @property
    def counts(self) -> bool:
        """Whether an alternative analysis counts for the answer."""
        return self.standing in {"agrees", "differs"}


@dataclass(frozen=True, slots=True)
class Check:
    """A data requirement of a claim: its name, whether it is met, and why."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ControlShown:
    """A negative control as displayed: what it is, its result, whether it failed.

    Of a simulation `times` of `of` studies gave the verdict; else `found` is its
    estimate.
    """

    what: str
    failed: bool
    found: Range | None = None
    times: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The verdict of one study on one claim, in words and numbers.

    Attributes
    ----------
    study
        Of which study, and of which of its networks if that is a part.
    word
        The verdict; None where there is no estimator.
    n
        How many units the estimate rests on; `cases` names them.
    components
        Its deciding estimates; the first is the headline.
    missing
        What the study lacks, as `data_needs.toml` calls it.
    checks, ways, beside, parts
        Gates; other ways to have done it; numbers that decide nothing; networks.
    controls
        Negative controls of the verdict.
    agreeing, counted
        How many of the ways that count for the answer agree with it.
    decides
        Whether the study's estimate enters the answer.
    framed, framed_n
        Its estimate for the groups that the answer counts, where `components` has
        none or its first is of others; how many units that rests on.
    places
        The headline in each stratum alone, where sources are strata of one.
    variant
        Which measure of the claim's card its estimates are of.
    """

    study: str
    word: str | None
    qualifiers: tuple[str, ...] = ()
    n: int | None = None
    components: tuple[Range, ...] = ()
    definition: str = ""
    frame: str = ""
    reason: str = ""
    note: str = ""
    looked_at: bool = False
    missing: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    ways: tuple[Range, ...] = ()
    beside: tuple[Range, ...] = ()
    controls: tuple[ControlShown, ...] = ()
    agreeing: int = 0
    counted: int = 0
    decides: bool = False
    framed: Range | None = None
    framed_n: int | None = None
    parts: tuple[Cell, ...] = ()
    places: tuple[Range, ...] = ()
    variant: str = ""
    cases: str = "groups"

    @property
    def speaks(self) -> bool:
        """Whether the study gives a verdict on the claim rather than none."""
        return self.word not in SILENT

    @property
    def stands_in(self) -> bool:
        """Whether the verdict uses an indirect measure."""
        return "proxy" in self.qualifiers

    @property
    def in_answer(self) -> Range | None:
        """The study's estimate for the groups that the answer counts, or None."""
        return self.framed or self.headline

    @property
    def headline(self) -> Range | None:
        """The study's main estimate for the claim, to be shown first, or None."""
        return self.components[0] if self.components else None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The combined answer to one claim, with the verdict of each study.

    Attributes
    ----------
    word
        The verdict on the corpora at hand; None where they cannot be combined or
        nothing estimates it, as `reason` says.
    population
        For the groups that the articles mean.
    entering, apart
        Studies that decide, and that stand apart.
    pooled
        Pooled mean and where a new source may lie, as `synthesis` has them.
    heard, said, sentence
        The answer over all studies: its word as a code and in both languages, and one
        sentence.
    variant
        Which measure of the claim's card it is of.
    by_rule
        The verdicts by the registered rule, which mostly judges sources one by one.
    together
        What the sources say as strata of one estimate, where the claim asks for that.
    synthesis
        What all sources say together: pooled estimate, answer, certainty.
    tests, settled, kept
        How many tests the whole record has; how many estimates decide here, and how
        many of these stay when false discoveries are bounded over all tests.
    """

    claim: str
    word: str | None
    cells: tuple[Cell, ...]
    qualifiers: tuple[str, ...] = ()
    reason: str = ""
    population: str | None = None
    entering: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    pooled: tuple[Range, ...] = ()
    heard: str = ""
    said: Text = NOTHING
    sentence: Text = NOTHING
    variant: str = ""
    by_rule: Answered | None = None
    together: Cell | None = None
    synthesis: Synthesis | None = None
    tests: int = 0
    settled: int = 0
    kept: int = 0

    @property
    def about(self) -> Claim:
        """The claim itself: its wording, rule, needs and literature."""
        return Claim.of(self.claim)

    @property
    def shown(self) -> tuple[Cell, ...]:
        """The verdicts of all studies on the claim, then the combined one."""
        return (*self.cells, *([self.together] if self.together else ()))

    def cell(self, study: str) -> Cell:
        """Return the verdict of one study on this claim."""
        return next(cell for cell in self.cells if cell.study == study)

    @property
    def speaking(self) -> tuple[Cell, ...]:
        """The verdicts of those studies that give one on the claim."""
        return tuple(cell for cell in self.cells if cell.speaks)

    @cached_property
    def conclusion(self) -> Conclusion:
        """Answer, certainty and one-sentence conclusion of the synthesis."""
        return draw_conclusion(self.synthesis or run_synthesis(self.claim, []))

    @property
    def agreement(self) -> tuple[int, int, int]:
        """How many alternative analyses agree, are compared, and are undecided too.

        Of the sources that decide, as the grade counts them.
        """
        reasons = self.conclusion.reasons
        numbers = (reason.numbers for reason in reasons if reason.code in AGREEMENT)
        agreeing, counted, undecided, *_ = next(numbers, (0, 0, 0))
        return int(agreeing), int(counted), int(undecided)

    @property
    def tested(self) -> bool:
        """Whether at least one study, or the studies pooled, gave a verdict."""
        return any(cell.speaks for cell in self.shown)


@dataclass(frozen=True, slots=True)
class Board:
    """Answers to all claims, with the studies they are based on."""

    answers: tuple[Answer, ...]
    met: Met

    @property
    def studies(self) -> tuple[str, ...]:
        """Names of the studies on which the board is based, in order."""
        first = self.answers[:1]
        return tuple(cell.study for answer in first for cell in answer.cells)

    @property
    def is_own(self) -> bool:
        """Whether the board is based on a user's own groups alone."""
        return self.studies == (NETWORK,)

    def answer(self, claim: str) -> Answer:
        """Return the answer to one claim by the claim's id."""
        return next(answer for answer in self.answers if answer.claim == claim)
