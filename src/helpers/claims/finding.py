"""What an estimator finds out about a claim in one study; rules come later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from helpers.claims.designs.controls import Permutations
    from helpers.claims.evidence import Evidence, SpeaksFor
    from helpers.claims.gates import Gate
    from helpers.claims.specifications import Specification
    from helpers.survival import Interval

__all__ = ["Beside", "Estimator", "Finding"]


class Beside(NamedTuple):
    """A number printed beside the one that decides."""

    name: str
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Numbers for one claim in one study, before any verdict.

    Attributes
    ----------
    legs
        The deciding intervals, one for each leg of the rule; None where this study
        cannot show a leg.
    definition
        What was counted as what, in words.
    gates
        The gates that were passed.
    specifications
        Other reasonable ways to have done it, computed only when asked for.
    permuted
        The deciding effect with its exposure dealt out anew; None where nothing is
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
    """

    legs: tuple[Interval | None, ...]
    definition: str
    gates: tuple[Gate, ...]
    specifications: tuple[Specification, ...] = ()
    permuted: Permutations | None = None
    beside: tuple[Beside, ...] = ()
    shared: Interval | None = None
    qualifiers: tuple[str, ...] = ()
    note: str = ""
    speaks_for: SpeaksFor = "both"


class Estimator(Protocol):
    """What reads tables and finds out about one claim."""

    def __call__(self, evidence: Evidence) -> Finding:
        """Return the finding, or raise NotIdentifiableError."""
