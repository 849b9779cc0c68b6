"""Negative controls: test whether a verdict also occurs without any effect.

References
----------
Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21, 383–388.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.permutation import SEED
from helpers.claims.evaluation import control_results
from helpers.claims.evaluation.control_results import Simulated
from helpers.claims.fixed.negative_controls import (
    CALIBRATED,
    PERMUTED,
    Control,
    list_claim_controls,
)
from helpers.claims.rules.interval_rules import Decision, Rule, Word
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval

FAILS, LACKS = "fails its negative control", "no negative control"
MOST_WRONG = 0.10
PERMUTATIONS = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of one negative control, and whether the control failed.

    Attributes
    ----------
    control
        As it was declared.
    found
        The estimate where no effect can be, or how many simulated studies gave the
        verdict.
    failed
        Whether the verdict may not stand.
    """

    control: Control
    found: Interval | Simulated
    failed: bool

    def __str__(self) -> str:
        result = self.found
        if isinstance(result, Simulated):
            found_text = f"{result.times} of {result.of}"
        else:
            found_text = str(result)
        return f"{self.control.name}: {found_text}" + ", fails" * self.failed


@dataclass(frozen=True, slots=True)
class EstimatesToCheck:
    """Estimates of a claim in one study, to be tested by negative controls.

    Attributes
    ----------
    claim, label
        The claim; the study, with the network if it is of one.
    rule, finding
        What decides, and on which estimates.
    permute
        Whether the exposure may be permuted, which takes a while.
    """

    claim: str
    label: str
    rule: Rule
    finding: Finding
    permute: bool = True

    def check(self, decision: Decision) -> tuple[Checked, ...]:
        """Run the negative controls of a verdict that decides the claim."""
        source, *_ = self.label.split("/")
        guards = [
            control
            for control in list_claim_controls(self.claim, source)
            if decision.word in control.guards
        ]
        return tuple(
            checked
            for control in guards
            for checked in self._checked(control, decision.word)
        )

    def _checked(self, control: Control, word: Word) -> Iterator[Checked]:
        if control.kind == "null simulation":
            result = self._simulated(control, word)
            if result is not None:
                yield Checked(control, result, result.share > MOST_WRONG)
        elif (component := self._estimated(control)) is not None:
            yield Checked(control, component, self._shows(component, word))

    def _simulated(self, control: Control, word: Word) -> Simulated | None:
        if control.name == CALIBRATED:
            return control_results.read_calibration(self.claim, word)
        row = control_results.find_row(self.claim, self.label, control.name)
        if row is not None:
            return control_results.read_simulated(row, word)
        return self._permuted(word) if control.name == PERMUTED else None

    def _estimated(self, control: Control) -> Interval | None:
        named = (
            estimate
            for estimate in self.finding.controls
            if estimate.name == control.name
        )
        if (supplied := next(named, None)) is not None:
            return supplied.components[0] if supplied.components else None
        row = control_results.find_row(self.claim, self.label, control.name)
        return None if row is None else control_results.read_interval(row)

    def _permuted(self, word: Word) -> Simulated | None:
        """Permute the exposure; count how often the same verdict still results."""
        null = self.finding.permuted
        if null is None or not self.permute:
            return None
        words = []
        for seed in range(SEED, SEED + PERMUTATIONS):
            try:
                words.append(self._decided(null.permuted(seed)))
            except NotIdentifiableError:
                continue  # a permutation that leaves an arm empty
        return Simulated(words.count(word), len(words))

    def _decided(self, component: Interval) -> Word:
        return self.rule.decide(component, *self.finding.components[1:]).word

    def _shows(self, component: Interval, word: Word) -> bool:
        """Return whether a control with no possible effect shows the study's effect."""
        null, own = self.rule.no_effect, self.finding.components[0]
        if null is None or own is None or component.low <= null <= component.high:
            return False
        same_side = (component.estimate > null) == (own.estimate > null)
        covers = component.low <= own.estimate <= component.high
        return same_side and (covers or self._decided(component) is word)
