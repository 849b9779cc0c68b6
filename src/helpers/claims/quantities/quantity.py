"""What a study's tables give of a quantity, for the one estimator of a claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from helpers.claims.contract.gates import Gate
from helpers.claims.contract.specification import Sets, take_first_choices

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Generic[R]):
    """Rows of a quantity, how they were measured, and what they may decide.

    Attributes
    ----------
    rows
        Computes them, by a choice of each of `sets`.
    definition
        What was counted as what, in a finding's words.
    sets
        Other reasonable ways to have measured it in these tables.
    qualifiers
        What has to be printed after a verdict that rests on them.
    gate
        Asks the tables for what an estimate needs, before there are rows.
    standing
        Fields of `Finding` that limit what they may decide, or name the measure.
    """

    rows: Callable[..., R]
    definition: str
    sets: Sets = field(default_factory=dict)
    qualifiers: tuple[str, ...] = ("association",)
    gate: Callable[[], tuple[Gate, ...]] = tuple
    standing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> dict[str, Any]:
        """The deciding choice of each set, but for the model of an estimate."""
        first = take_first_choices(self.sets)
        return {name: first[name] for name in first if name != "model"}
