"""Negative controls: test whether a verdict also occurs without any effect.

Those that take long are stored as a table.

References
----------
Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21, 383–388.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.claims.claim import Claim
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.permutation import SEED
from helpers.claims.fixed.negative_controls import (
    CALIBRATED,
    PERMUTED,
    Control,
    list_claim_controls,
)
from helpers.claims.rules.interval_rules import Decision, Word
from helpers.errors import NotIdentifiableError
from helpers.paths import PROCESSED
from helpers.survival import Interval
from helpers.survival.interval import Wald

FAILS, LACKS = "fails its negative control", "no negative control"
MOST_WRONG = 0.10
PERMUTATIONS = 60
RESULTS = PROCESSED / "controls" / "controls.csv"
CALIBRATION = PROCESSED / "calibration" / "cells.csv"
WRONG_IN = {  # worlds of the calibration in which a verdict is wrong
    Word.SUPPORTED: ("false", "no effect"),
    Word.CONTRADICTED: ("true",),
    Word.TOO_SMALL: ("true",),
}
Z95 = 1.959964
Row = Mapping[str, str]


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
        The claim, whose rule decides; the study, with the network if it is of one.
    finding
        On which estimates it decides.
    permute
        Whether the exposure may be permuted, which takes a while.
    """

    claim: Claim
    label: str
    finding: Finding
    permute: bool = True

    def check(self, decision: Decision) -> tuple[Checked, ...]:
        """Run the negative controls of a verdict that decides the claim."""
        source, *_ = self.label.split("/")
        guards = [
            control
            for control in list_claim_controls(self.claim.id, source)
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
            return read_calibration(self.claim.id, word)
        row = find_row(self.claim.id, self.label, control.name)
        if row is not None:
            return read_simulated(row, word)
        return self._permuted(word) if control.name == PERMUTED else None

    def _estimated(self, control: Control) -> Interval | None:
        named = (
            estimate
            for estimate in self.finding.controls
            if estimate.name == control.name
        )
        if (supplied := next(named, None)) is not None:
            return supplied.components[0] if supplied.components else None
        row = find_row(self.claim.id, self.label, control.name)
        return None if row is None else read_interval(row)

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
        return self.claim.rule.decide(component, *self.finding.components[1:]).word

    def _shows(self, component: Interval, word: Word) -> bool:
        """Return whether a control with no possible effect shows the study's effect."""
        null, own = self.claim.rule.no_effect, self.finding.components[0]
        if null is None or own is None or component.low <= null <= component.high:
            return False
        same_side = (component.estimate > null) == (own.estimate > null)
        covers = component.low <= own.estimate <= component.high
        return same_side and (covers or self._decided(component) is word)


@dataclass(frozen=True, slots=True)
class Simulated:
    """Number of simulated studies, and how many of them gave a certain verdict."""

    times: int
    of: int

    @property
    def share(self) -> float:
        """Share of simulated studies with that verdict; 0 if none was simulated."""
        return self.times / self.of if self.of else 0.0


@cache
def _build_rows(path: Path) -> tuple[Row, ...]:
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as opened:
        return tuple(csv.DictReader(opened))


def read_calibration(claim_id: str, word: Word) -> Simulated | None:
    """Read how often a verdict was wrong in simulated studies; None if not simulated.

    Of several sizes the claim's own counts, which stands first.

    >>> read_calibration("s0-three-month-death", Word.CONTRADICTED)
    Simulated(times=0, of=200)
    """
    own = (row for row in _build_rows(CALIBRATION) if row["subject"] == claim_id)
    row = next((row for row in own if row["world"] in WRONG_IN[word]), None)
    if row is None:
        return None
    of = int(row["replicates"])
    return Simulated(round(float(row[word.lower()]) * of), of)


def find_row(claim_id: str, study: str, control: str) -> Row | None:
    """Find the stored negative control of a claim in a study."""
    key = (claim_id, study, control)
    rows = (row for row in _build_rows(RESULTS))
    return next(
        (row for row in rows if (row["claim"], row["study"], row["control"]) == key),
        None,
    )


def read_simulated(row: Row, word: Word) -> Simulated | None:
    """Read in how many simulated studies of a negative control a verdict occurred."""
    if not row["of"] or not row[word.lower()]:
        return None
    return Simulated(int(row[word.lower()]), int(row["of"]))


def read_interval(row: Row) -> Interval | None:
    """Read the effect ratio and interval stored for a negative control, or None."""
    if not row["estimate"]:
        return None
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    rule = Wald(estimate, math.log(high / low) / 2 / Z95, "log")
    n = int(row["n"])
    return Interval.of(estimate, rule, method="kept", n=n, clusters=n)
