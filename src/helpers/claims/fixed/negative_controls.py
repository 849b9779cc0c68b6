"""Negative controls of verdicts, chosen before any was run.

`negative_controls.toml` says where the effect that a claim asserts cannot be, and when
a control fails: one rule for each kind, for all claims.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from helpers.claims.rules.interval_rules import Word
from helpers.files import read_verified

FILE = Path(__file__).with_name("negative_controls.toml")
ANY = "*"
CALIBRATED, PERMUTED = "calibrated", "permuted"
Kind = Literal["placebo exposure", "placebo outcome", "lead", "null simulation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A comparison in which no effect can exist, so no verdict should decide.

    Attributes
    ----------
    claim
        Of the register; ``*`` for every claim.
    sources
        Names of studies; ``*`` for every study.
    kind
        Which rule says that it fails.
    name
        By which an estimator or a simulation supplies it.
    what
        One sentence on it.
    guards
        Verdicts that it can speak against.
    """

    claim: str
    sources: tuple[str, ...]
    kind: Kind
    name: str
    what: str
    guards: tuple[Word, ...] = (Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL)

    def concerns(self, claim_id: str, source: str) -> bool:
        """Return whether the control applies to a claim in a source."""
        named = ANY in self.sources or source in self.sources
        return named and self.claim in {ANY, claim_id}


@cache
def _read_rows() -> Mapping[str, Any]:
    return tomllib.loads(read_verified(FILE))


@cache
def list_controls() -> tuple[Control, ...]:
    """List all pre-specified negative controls."""
    return tuple(msgspec.convert(entry, Control) for entry in _read_rows()["control"])


def list_claim_controls(claim_id: str, source: str) -> tuple[Control, ...]:
    """List the negative controls of a claim in a source.

    >>> [
    ...     control.name
    ...     for control in list_claim_controls("s2-overload-fatigue", "raku_irc")
    ... ]
    ['received in the week after', 'calibrated']
    """
    own = [control for control in list_controls() if control.concerns(claim_id, source)]
    return tuple(sorted(own, key=lambda control: control.claim == ANY))
