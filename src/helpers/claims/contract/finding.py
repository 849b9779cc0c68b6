"""Estimates of one claim in one study, before any rule is applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from helpers.claims.contract.gates import Gate
from helpers.claims.contract.specification import (
    Components,
    Sets,
    Specification,
    list_alternatives,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.study_view import Evidence, SpeaksFor
from helpers.claims.designs.permutation import Permutations
from helpers.claims.fixed.evidence_plan import May
from helpers.survival import Interval

T = TypeVar("T")


class Beside(NamedTuple):
    """A supplementary estimate, shown but not decisive for the verdict."""

    name: str
    interval: Interval

    @classmethod
    def tried(
        cls, name: str, way: Callable[[], Interval | Components]
    ) -> tuple[Self, ...]:
        """Compute a named supplementary estimate; empty if the data do not allow it."""
        components = Specification.tried(name, way).components
        return tuple(
            cls(name, component) for component in components if component is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Estimates on one claim from one study, before the decision rule is applied.

    Attributes
    ----------
    components
        The deciding intervals, one per component of the rule; None where this study
        cannot show a component.
    definition
        What was counted as what, in words.
    gates
        The gates that were passed.
    specifications
        Other reasonable ways to have done it, computed only when asked for.
    permuted
        The deciding effect with its exposure permuted; None where nothing is
        compared.
    beside
        Other numbers, which decide nothing.
    shared
        The estimate under the one definition that corpora of all kinds share, where
        that is not the deciding one.
    qualifiers
        What has to be printed after the verdict.
    note
        What a reader has to know about the numbers.
    speaks_for
        Which verdicts a frame of known bias allows for the population behind it.
    may
        Which verdicts the estimate itself may give: where a stand-in can err in one
        direction only, the other one.
    attenuated
        Whether its exposure is read with error, which draws effects towards none.
    instrument
        The classifier whose readings of tone enter uncorrected by hand labels of the
        same messages; empty where none do.
    supported_with
        Estimates that have to say SUPPORTED too, or it is not.
    same_side
        Estimates that have to lie on the same side of no effect, or it is FRAGILE.
    variant
        Which measure of the claim's card it is of; empty for the claim's own.
    cases
        What its `n` counts, by a name that ``sentences.toml`` has words for.
    controls
        Negative controls by the names that ``negative_controls.toml`` gives them,
        computed only when asked for.
    parts
        Findings of units that stand each on its own, by name: too few for one
        interval over them. They decide, put together in words; there are no components.
    places
        Estimates of the first component in each place alone, where places are strata.
    """

    components: tuple[Interval | None, ...]
    definition: str
    gates: tuple[Gate, ...]
    specifications: tuple[Specification, ...] = ()
    permuted: Permutations | None = None
    beside: tuple[Beside, ...] = ()
    shared: Interval | None = None
    qualifiers: tuple[str, ...] = ()
    note: str = ""
    speaks_for: SpeaksFor = "both"
    may: May = "both"
    attenuated: bool = False
    instrument: str = ""
    supported_with: tuple[Beside, ...] = ()
    same_side: tuple[Beside, ...] = ()
    variant: str = ""
    cases: str = "groups"
    controls: tuple[Specification, ...] = ()
    parts: tuple[tuple[str, Finding], ...] = ()
    places: tuple[Beside, ...] = ()

    @property
    def stand_in(self) -> bool:
        """Whether the finding uses an indirect measure of the claimed quantity."""
        return "proxy" in self.qualifiers

    @classmethod
    def estimated(
        cls,
        primary: Callable[[], Interval | Components],
        definition: str,
        gates: tuple[Gate, ...],
        others: Mapping[str, Callable[[], Interval | Components]] | None = None,
        **more: Any,  # noqa: ANN401 - the other fields
    ) -> Self:
        """Build the result of an estimator: primary estimate and alternatives.

        Parameters
        ----------
        primary
            Computes the deciding intervals.
        definition, gates
            As the fields.
        others
            Other reasonable ways to have computed them, by name; not computed here.
        """
        components = primary()
        return cls(
            components=components if isinstance(components, tuple) else (components,),
            definition=definition,
            gates=gates,
            specifications=list_alternatives(others or {}),
            **more,
        )

    @classmethod
    def over(
        cls,
        sets: Sets,
        rows: Callable[..., T],
        gate: Callable[[T], tuple[Gate, ...]],
        estimate: Callable[[T], Interval],
        *,
        note: Callable[[T, Interval], str],
        permuted: Callable[[T, int], Interval] | None = None,
        **more: Any,  # noqa: ANN401 - the other fields
    ) -> Self:
        """Estimate by all combinations of analytic choices; the first is primary.

        Parameters
        ----------
        sets
            As `multiply_sets` takes them.
        rows
            Makes rows by a choice of each set.
        gate
            Asks the rows for what an estimate needs.
        estimate
            Computes the deciding interval from the rows.
        note
            Tells of the deciding rows and the interval.
        permuted
            Computes the interval from these with the exposure permuted by a seed.
        """

        def way(**choices: Any) -> Interval:  # noqa: ANN401 - as the sets have them
            chosen_rows = rows(**choices)
            gate(chosen_rows)
            return estimate(chosen_rows)

        deciding = rows(**take_first_choices(sets))
        passed, component = gate(deciding), estimate(deciding)
        null = (
            Permutations(component, partial(permuted, deciding)) if permuted else None
        )
        return cls(
            components=(component,),
            gates=passed,
            specifications=multiply_sets(sets, way),
            permuted=null,
            note=note(deciding, component),
            **more,
        )


class Estimator(Protocol):
    """Interface of a function that estimates a claim from a study's tables."""

    def __call__(self, evidence: Evidence) -> Finding:
        """Estimate the claim, or raise an error if data do not allow it."""


E = TypeVar("E", bound=Estimator)
Listed = defaultdict[str, list[tuple[str, Estimator]]]  # of each module, with claims
ESTIMATORS: Listed = defaultdict(list)
STRATIFIED: Listed = defaultdict(list)


def estimates(claim: str) -> Callable[[E], E]:
    """Return a decorator that registers a function as the estimator of a claim."""
    return partial(_register_function, ESTIMATORS, claim)


def stratified(claim: str) -> Callable[[E], E]:
    """Return a decorator for an estimator that can pool sources as strata."""
    return partial(_register_function, STRATIFIED, claim)


def _register_function(table: Listed, claim: str, estimator: E) -> E:
    table[estimator.__module__].append((claim, estimator))
    return estimator
