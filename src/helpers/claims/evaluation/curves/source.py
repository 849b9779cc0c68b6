"""Source of a verdict's specifications: stored tables if still valid, else computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.specification import (
    MOST,
    build_ranges,
    select_balanced_subset,
)
from helpers.claims.evaluation.curves.tables import (
    Curve,
    find_evidence_file,
    read_curves,
)
from helpers.claims.fixed.register import Claim
from helpers.claims.fixed.rule_of_claim import get_rule
from helpers.claims.rules.interval_rules import Word
from helpers.paths import PROCESSED
from helpers.study import Study
from helpers.study.publish.study import Tables

PERMUTATIONS = 500
ON_THE_RUN = 25  # specifications, where no table has them
DECIDED = frozenset({Word.SUPPORTED, Word.CONTRADICTED})


class Curves(Protocol):
    """Where the specifications of a finding are had from."""

    def curve(self, entry: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return a claim's curve in a study, and what a reader has to know of it."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Compute specifications: a balanced choice of so many, and permutations.

    Permutations are only computed where the deciding specification is SUPPORTED or
    CONTRADICTED.
    """

    most: int = MOST
    permutations: int = PERMUTATIONS

    def curve(self, entry: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return the curve, computed."""
        rule = get_rule(entry)
        able = rule.decide(*finding.legs).word in DECIDED and self.permutations
        null = finding.permuted if able else None
        return Curve(
            claim=entry.id,
            study=label,
            legs=build_ranges(finding.legs),
            outcomes=tuple(
                specification.outcome(rule)
                for specification in select_balanced_subset(
                    finding.specifications, self.most
                )
            ),
            of=len(finding.specifications),
            null=null.null(self.permutations) if null else None,
        ), ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Read specifications from tables; compute some where these are of other data."""

    curves: Mapping[tuple[str, str], Curve]
    tables: str

    @classmethod
    def of(cls, study: Tables) -> Self:
        """Return what `make evidence` left for a study, or for several as one."""
        folder = study.folder if isinstance(study, Study) else PROCESSED / study.name
        return cls(read_curves(find_evidence_file(folder)), study.checksum)

    def curve(self, entry: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return the curve if it belongs to these tables and this very estimate."""
        run = Computed(ON_THE_RUN, 0)
        held = self.curves.get((entry.id, label))
        if held is None:
            return run.curve(entry, label, finding)
        if held.tables != self.tables:
            why = "its tables have changed"
        elif not held.belongs_to(finding.legs):
            why = "the estimate is another"
        else:
            return held, ""
        curve, _ = run.curve(entry, label, finding)
        return curve, f"specifications computed anew: {why} since `make evidence`"
