"""A quantity that a claim's estimator reads from a study, with how it was measured."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from helpers.claims.contract.finding import (
    Components,
    Finding,
    Sets,
    Specification,
    list_alternatives,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.gates import Gate
from helpers.survival import Interval

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Generic[R]):
    """Data of one variable, its definition, requirements, and limits on verdicts.

    Attributes
    ----------
    rows
        Computes them, by a choice of each of `sets`.
    definition
        What was counted as what, in a finding's words.
    sets
        Other reasonable ways to have measured it in these tables.
    biased
        Words of choices in `sets` that are shown and do not count.
    qualifiers
        What has to be printed after a verdict that rests on them.
    gate
        Asks the tables or the rows for what an estimate needs.
    note
        What a reader has to know about these rows.
    standing
        Fields of `Finding` that limit what they may decide, or name the measure.
    """

    rows: Callable[..., R]
    definition: str
    sets: Sets = field(default_factory=dict)
    biased: Collection[str] = ()
    qualifiers: tuple[str, ...] = ("association",)
    gate: Callable[..., tuple[Gate, ...]] = lambda *_: ()
    note: str = ""
    standing: Mapping[str, Any] = field(default_factory=dict)

    def vary(
        self, estimate: Callable[[R], Interval | Components]
    ) -> tuple[Specification, ...]:
        """Compute an estimate under every other combination of analytic choices."""

        def way(**choices: Any) -> Interval | Components:  # noqa: ANN401 - as the sets have
            return estimate(self.rows(**choices))

        if len(self.sets) > 1:
            return multiply_sets(self.sets, way, biased=self.biased)
        return list_alternatives(
            {words: partial(way, **choice) for words, choice in self.others.items()}
        )

    def build_finding(
        self,
        rows: R,
        estimate: Callable[[R], Interval | Components],
        gates: tuple[Gate, ...],
        **more: Any,  # noqa: ANN401 - other fields of `Finding`, instead of its own
    ) -> Finding:
        """Build the result of an estimator: primary estimate and alternatives.

        Parameters
        ----------
        rows
            Those of the deciding choices.
        estimate
            Computes the intervals from any rows.
        gates
            Those that the deciding rows passed.
        """
        components = estimate(rows)
        own = {
            "specifications": self.vary(estimate),
            "qualifiers": self.qualifiers,
            "note": self.note,
            **self.standing,
        }
        return Finding(
            components=components if isinstance(components, tuple) else (components,),
            definition=self.definition,
            gates=gates,
            **(own | more),
        )

    @property
    def others(self) -> dict[str, dict[str, Any]]:
        """Each option but the primary one of each analytic choice, by its words."""
        return {
            words: {of: value}
            for of, values in self.sets.items()
            for words, value in list(values.items())[1:]
        }

    @property
    def chosen(self) -> dict[str, Any]:
        """The primary option of each analytic choice, except the choice of model."""
        first = take_first_choices(self.sets)
        return {name: first[name] for name in first if name != "model"}
