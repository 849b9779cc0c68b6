"""Estimates of the groups that a claim's answer counts, by source.

A source may list all groups that were founded, while the answer counts those that ever
spoke. Pages then show the estimate of the answer's groups, and say of each alternative
analysis whether it counts, and why not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from helpers.claims.contract.finding import Outcome
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from helpers.survival import Interval
from helpers.synthesis.agreement import Reference, choose_reference, is_agreeing
from helpers.synthesis.readings import Alternatives, Reading
from helpers.synthesis.synthesis import Synthesis


@dataclass(frozen=True)
class Framing:
    """The groups that a claim's answer counts, and what its analyses agree with."""

    synthesis: Synthesis

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """All estimates of the claim, those that decide first."""
        return self.synthesis.deciding.all_readings

    @cached_property
    def is_common(self) -> bool:
        """Whether the answer counts the groups that all sources share."""
        return any(reading.common for reading in self.synthesis.deciding.readings)

    @cached_property
    def reference(self) -> Reference:
        """What the alternative analyses of the sources that decide agree with."""
        return choose_reference(self.synthesis.answer, self.synthesis.components)

    @cached_property
    def entering(self) -> frozenset[str]:
        """Names of the sources that decide."""
        entries = (e for part in self.synthesis.components for e in part.entering)
        return frozenset(entry.reading.study for entry in entries)

    def enters(self, study: str) -> bool:
        """Return whether a source, or the source of a network, decides."""
        whole, _, _ = study.partition("/")
        return study in self.entering or whole in self.entering

    def find_reading(self, study: str) -> Reading | None:
        """Return a source's estimate of the groups that count, if any."""
        own = self._list_readings(study)
        return next((reading for reading in own if reading.common), None)

    def find_frame(self, study: str) -> str:
        """Return the name of the groups that a source's estimate for the answer is of.

        Empty where it has none.
        """
        reading = self.find_reading(study)
        return reading.printed_frame if reading else ""

    def find_framed(self, verdict: Verdict) -> Alternatives | None:
        """Return the estimate of the groups that count, if the main one is another."""
        shared, curve = verdict.shared, verdict.shared_curve
        if not self.is_common or shared is None or (shared,) == verdict.components:
            return None
        return Alternatives((shared,), curve.outcomes if curve else ())

    def find_interval(self, verdict: Verdict) -> Interval | None:
        """Return a source's estimate of the answer's groups, if its main is another.

        Of a source of several networks it is the combined one, also where the source
        has no main estimate, as its networks disagree.
        """
        framed = self.find_framed(verdict)
        if framed is not None:
            return framed.components[0]
        if self.is_common:
            reading = self.find_reading(verdict.study)
        else:
            reading = self._find_undetermined(verdict)
        if reading is None or reading.parts == 1:
            return None
        return reading.components[0]

    def _find_undetermined(self, verdict: Verdict) -> Reading | None:
        """Return the estimate of a source that decides and has no main estimate."""
        if any(verdict.leading) or not self.enters(verdict.study):
            return None
        return next(iter(self._list_readings(verdict.study)), None)

    def _list_readings(self, study: str) -> list[Reading]:
        return [reading for reading in self.readings if reading.study == study]

    def list_standings(self, verdict: Verdict) -> list[str]:
        """Return of each alternative analysis whether it counts, as a code."""
        own = Alternatives(verdict.components, verdict.specifications)
        framed = self.find_framed(verdict) or own
        return [self._classify(verdict, each, framed) for each in framed.outcomes]

    def _classify(self, verdict: Verdict, outcome: Outcome, own: Alternatives) -> str:
        if not outcome.counts:
            return "separate" if outcome.decisive else "other"
        if outcome.word is Word.UNTESTABLE:
            return "refused"
        if not self.enters(verdict.study):
            return "apart"
        rule = verdict.about.rule
        agrees = is_agreeing(outcome, own.components, rule, self.reference)
        return "agrees" if agrees else "differs"


def name_list(frame: str) -> str:
    """Return which groups a sampling frame lists, without its kind of failure.

    >>> name_list("ever started, silence alone")
    'ever started'
    """
    return frame.partition(", ")[0]
