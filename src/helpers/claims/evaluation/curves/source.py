"""Source of a verdict's specification curve: stored, or computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from helpers.claims.claim import Claim
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
from helpers.claims.rules.interval_rules import Word
from helpers.paths import PROCESSED
from helpers.study import Study
from helpers.study.publish.study import Tables

PERMUTATIONS = 500
ON_THE_RUN = 25  # specifications, where no table has them
DECIDED = frozenset({Word.SUPPORTED, Word.CONTRADICTED})


class Curves(Protocol):
    """Interface: a source of specification curves."""

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return the specification curve of a claim, and a note on it."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Compute specification curves on a balanced subset of choices.

    Permutations are only computed where the deciding specification is SUPPORTED or
    CONTRADICTED.
    """

    most: int = MOST
    permutations: int = PERMUTATIONS

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Compute the specification curve of a claim."""
        rule = claim.rule
        able = rule.decide(*finding.legs).word in DECIDED and self.permutations
        null = finding.permuted if able else None
        return Curve(
            claim=claim.id,
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
    """Read stored specification curves; recompute outdated ones."""

    curves: Mapping[tuple[str, str], Curve]
    tables: str

    @classmethod
    def of(cls, study: Tables) -> Self:
        """Read the stored specification curves of a study."""
        folder = study.folder if isinstance(study, Study) else PROCESSED / study.name
        return cls(read_curves(find_evidence_file(folder)), study.checksum)

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return the stored specification curve if it is still valid."""
        run = Computed(ON_THE_RUN, 0)
        held = self.curves.get((claim.id, label))
        if held is None:
            return run.curve(claim, label, finding)
        if held.tables != self.tables:
            why = "its tables have changed"
        elif not held.belongs_to(finding.legs):
            why = "the estimate is another"
        else:
            return held, ""
        curve, _ = run.curve(claim, label, finding)
        return curve, f"specifications computed anew: {why} since `make evidence`"
