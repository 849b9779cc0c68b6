"""A claim as one object: its wording, decision rule, data needs and literature.

It is made once and passed on, instead of being looked up by its id again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from helpers.claims.contract.card import Card, Measure, get_card
from helpers.claims.contract.study_view import (
    Need,
    format_too_few,
    get_need,
    read_card_entries,
)
from helpers.claims.evaluation.required_groups import DesignSize, get_design_size
from helpers.claims.fixed.evidence_plan import (
    EvidencePlan,
    Missing,
    find_plan,
    get_missing,
    list_plans,
)
from helpers.claims.fixed.register import RegisterEntry, get_claim, get_rule
from helpers.claims.literature import Finding, read_literature
from helpers.claims.rules.interval_rules import Rule
from helpers.study.publish.study import Tables


@dataclass(frozen=True)
class Claim:
    """A claim of the articles with its rule, needs, plans, wording and literature.

    Parts are read when first used: a verdict needs no literature.

    Attributes
    ----------
    entry
        Its entry in the register.

    Examples
    --------
    >>> claim = Claim.of("s0-three-month-death")
    >>> claim.rule.code, [need.name for need in claim.needs]
    ('P>(0.50)', ['groups', 'births'])
    """

    entry: RegisterEntry

    @classmethod
    def of(cls, claim_id: str) -> Self:
        """Return the claim with a given id from the register of claims.

        Raises
        ------
        ShequnError
            If the register has no such claim.
        """
        return cls(get_claim(claim_id))

    @property
    def id(self) -> str:
        """Article and subject, such as ``s0-three-month-death``."""
        return self.entry.id

    @cached_property
    def rule(self) -> Rule:
        """The rule that decides the claim; raises an error if the claim has none."""
        return get_rule(self.entry)

    @cached_property
    def wording(self) -> Card:
        """The claim's question, statement and answers as texts in both languages."""
        return get_card(self.id)

    @property
    def components(self) -> tuple[Measure, ...]:
        """The quantities that the claim's rule compares, one per estimate."""
        return self.wording.components

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """The kinds of data, such as dated joins, that a study must record."""
        return self._list_needs("needs")

    @cached_property
    def group_needs(self) -> tuple[Need, ...]:
        """Data that each single group must contain if a study mixes export formats."""
        return self._list_needs("group_needs")

    @cached_property
    def plans(self) -> tuple[EvidencePlan, ...]:
        """The pre-registered plans: which sources test the claim, and their limits."""
        return list_plans(self.id)

    @cached_property
    def missing(self) -> Missing | None:
        """The data that no source records; None if some source tests the claim."""
        return get_missing(self.id)

    @cached_property
    def literature(self) -> tuple[Finding, ...]:
        """Published findings on the claim."""
        return read_literature(self.id)

    @cached_property
    def design_size(self) -> DesignSize | None:
        """Number of groups from which 80 % of simulated verdicts are correct."""
        return get_design_size(self.id)

    def _list_needs(self, key: str) -> tuple[Need, ...]:
        names = read_card_entries().get(self.id, {}).get(key, ())
        return tuple(get_need(name) for name in names)

    def explain_refusal(self, study: Tables) -> str:
        """Return the hand-written reason why a study cannot test the claim, or "".

        Either what its files do not hold, or how few units there could be at the most.

        >>> from helpers.study import open_study
        >>> claim = Claim.of("s0-many-groups-exit")
        >>> claim.explain_refusal(open_study("rcontrib_slack"))
        'rcontrib_slack records no leaving, so nobody can be seen to exit'
        >>> Claim.of("s3-self-growth").explain_refusal(open_study("rust_teams"))[:43]
        'thirds: 45 streams whose staff is listed, 6'
        """
        entry = read_card_entries().get(self.id, {})
        words: str = entry.get("refusals", {}).get(study.name, "")
        weak = entry.get("too_few", {}).get(study.name)
        return words or (format_too_few(weak, study) if weak else "")

    def find_plan(self, source: str) -> EvidencePlan | None:
        """Return the pre-registered plan to test the claim on a source, or None."""
        return find_plan(self.id, source)
