"""Register the simulation of each claim for calibration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, cast

import numpy as np

from helpers.claims import Claim, Verdict
from helpers.claims.contract.finding import Finding
from helpers.claims.evaluation.curves import Computed, Curve
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.claims.fixed.register import get_claim, get_rule
from helpers.claims.rules.interval_rules import DECIDING, All, Rule, Word
from helpers.errors import NotIdentifiableError
from helpers.study import Study
from helpers.survival import Interval
from validation.coverage.cells import Judged, Subject
from validation.coverage.naive_ways import Naive, Tables
from validation.coverage.truths import (
    SWITCH,
    Truth,
    build_one_sided,
    build_sure_worlds,
    build_undecided,
    list_truths,
)
from validation.worlds.claims.tabled import Planted

FIVE = Computed(most=5, permutations=0)
SUBJECTS: list[Subject] = []  # of the modules that were imported


class World(Protocol):
    """Interface: simulate a study with a given true value."""

    def __call__(
        self, value: float, groups: int, rng: np.random.Generator
    ) -> Planted | Study:
        """Simulate a study with a given true value."""


@dataclass(frozen=True, slots=True)
class _WhereNeeded:
    """Computes specification curves, but only if they can change a verdict."""

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return a specification curve, empty if it cannot change the verdict."""
        if claim.rule.decide(*finding.components).word not in DECIDING:
            finding = replace(finding, specifications=())
        return FIVE.curve(claim, label, finding)


def evaluate_in_memory(name: str, study: Planted | Study) -> Verdict:
    """Evaluate a claim on a simulated study.

    Gates, estimator and rule are those of `helpers.claims.evaluate`; of the
    specifications at most five are computed, where they can make it FRAGILE, and
    nothing is permuted.
    """
    # a planted study answers all that estimators ask of one
    return evaluate_claim(Claim.of(name), cast("Study", study), _WhereNeeded())


@dataclass(frozen=True, slots=True)
class Judging:
    """Simulate a study of a claim and return its verdict.

    Attributes
    ----------
    claim
        Its id.
    world
        Plants it.
    component
        The component whose truth is planted; None where no number is.
    naive
        A common wrong way to the same number.
    """

    claim: str
    world: World
    component: int | None = 0
    naive: Naive | None = None

    def study(
        self, truth: Truth, groups: int, seed: np.random.SeedSequence | int
    ) -> Planted | Study:
        """Simulate one study with a true value."""
        return self.world(truth.value, groups, np.random.default_rng(seed))

    def __call__(
        self, truth: Truth, groups: int, seed: np.random.SeedSequence
    ) -> Judged:
        """Simulate one study and return the verdict on it."""
        study = self.study(truth, groups, seed)
        finding = evaluate_in_memory(self.claim, study)
        components = finding.components if self.component is not None else ()
        component = components[self.component or 0] if components else None
        return Judged(
            finding.word or Word.UNTESTABLE, component, compute_naive(self.naive, study)
        )


class Tabled(Judging):
    """Simulates studies of a claim as tables, and returns the verdict."""


def compute_naive(way: Naive | None, study: Tables) -> Interval | None:
    """Return the biased estimate on a simulated study, if any."""
    try:
        return way(study) if way else None
    except NotIdentifiableError:
        return None


def register_world(
    name: str,
    estimand: str,
    *,
    groups: int = 300,
    component: int = 0,
    drawn: bool = False,
    switch: bool = False,
    decided: bool = True,
    supports_only: bool = False,
    plain: tuple[float, float] | None = None,
    told: tuple[Truth, ...] = (),
    largest: int = 3000,
    naive: tuple[str, Naive | None] = ("", None),
) -> Callable[[World], World]:
    """Register a function that simulates studies of a claim.

    Parameters
    ----------
    name
        The claim.
    estimand
        What the world's `value` is, in words.
    groups
        The size at which coverage and wrong verdicts are counted.
    component
        Of an ``ALL`` rule, the component with a simulated truth; the others are true.
    drawn
        Whether the world is drawn as messages, and not in tables.
    switch
        True for a world that is true (1.0) or false (0.0) and has no number: always
        where the rule has no template.
    decided
        False where an unobserved component prevents any verdict: coverage is
        counted, and every verdict is wrong. The same where the measure was withdrawn.
    supports_only
        Whether the estimate is a lower bound, which contradicts nothing.
    plain
        Values of the true and of the false world for the tests, where those of
        `validation.coverage.truths.sure` do not do.
    told
        A true and a false world where the rule's own do not do.
    largest
        The most groups that are affordable when design sizes are looked for.
    naive
        A common wrong way beside it: in words, and as a function of the study.
    """
    entry = get_claim(name)
    rule = _select_rule(get_rule(entry), component)
    switched = switch or not entry.template
    planted_truths = told or (SWITCH if switched else list_truths(rule))
    surely = told or (SWITCH if switched else build_sure_worlds(rule, plain))
    if not decided:
        planted_truths, surely = (
            tuple(build_undecided(truth) for truth in planted_truths),
            (),
        )

    if supports_only:
        planted_truths = tuple(build_one_sided(truth) for truth in planted_truths)
        surely = tuple(build_one_sided(truth) for truth in surely)

    def entered(world: World) -> World:
        kind = Judging if drawn else Tabled
        way = kind(name, world, None if switched else component, naive[1])
        SUBJECTS.append(
            Subject(
                name=name,
                kind="claim",
                template=entry.template or rule.code,
                component="" if switched else rule.code,
                estimand=estimand,
                truths=planted_truths,
                sure=() if drawn else surely,
                naive=naive[0],
                way=way,
                groups=groups,
                largest=10_000 if drawn else largest,
            )
        )
        return world

    return entered


def _select_rule(rule: Rule, component: int) -> Rule:
    return rule.rules[component] if isinstance(rule, All) else rule
