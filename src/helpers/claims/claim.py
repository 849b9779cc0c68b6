"""A claim as one object: wording, rule, data needs, literature, number of groups.

It is made once and passed on, instead of being looked up by its id again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, NamedTuple, Self

import msgspec
import pandas as pd

from helpers import paths
from helpers.claims.contract.card import Card, Measure, Text, get_card
from helpers.claims.contract.study_view import (
    Need,
    format_too_few,
    get_need,
    read_card_entries,
)
from helpers.claims.fixed.evidence_plan import (
    EvidencePlan,
    Missing,
    find_plan,
    get_missing,
    list_plans,
)
from helpers.claims.fixed.register import RegisterEntry, get_claim, get_rule
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
    def literature(self) -> tuple[PublishedFinding, ...]:
        """Published findings on the claim."""
        names = read_card_entries().get(self.id, {}).get("literature", ())
        return tuple(_read_publications()[name] for name in names)

    @cached_property
    def design_size(self) -> DesignSize | None:
        """Number of groups from which 80 % of simulated verdicts are correct."""
        return _read_sizes().get(self.id)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A published estimate of a claim's quantity, with definition and sample size.

    Attributes
    ----------
    claim
        Whose quantity it is.
    share
        As it was read.
    n
        Of how many groups or people; 0 where that was not read.
    definition
        What was counted, in both languages.
    longest
        Days that a group was followed at most; 0 where that was not read.
    wechat
        Whether the groups are WeChat's.
    """

    claim: str
    share: float
    n: int = 0
    definition: Text
    longest: int = 0
    wechat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFinding:
    """A published finding on claims: sample, result, and if the full text was read.

    Attributes
    ----------
    key, citation, author, doi, url
        Who published it where; `author` has full names for BibTeX where they are known.
        `doi` is empty if none was found, `url` then says where it was read.
    sample, finding
        What was studied and what came out, in both languages.
    read
        ``source`` if read in the text itself, ``digest`` if in a summary of it.
    measured
        Its numbers of a claim's own quantity.
    trial
        The source that holds this study's own data, if it is a randomised trial.
    """

    key: str
    citation: str
    doi: str
    sample: Text
    finding: Text
    read: Literal["source", "digest"]
    measured: tuple[Measured, ...] = ()
    trial: str = ""
    url: str = ""
    author: str = ""

    @property
    def authors(self) -> str:
        """Its authors and year, as a sentence names a study."""
        return self.citation.partition(". ")[0]


@cache
def _read_publications() -> dict[str, PublishedFinding]:
    text = files(__package__).joinpath("literature.toml").read_text("utf-8")
    return {
        key: msgspec.convert({"key": key, **entry}, PublishedFinding)
        for key, entry in tomllib.loads(text).items()
    }


class DesignSize(NamedTuple):
    """Number of groups at which 80 % of simulated verdicts are correct.

    Attributes
    ----------
    groups
        That size; None if the largest size tried does not suffice.
    tried
        The largest size tried.
    """

    groups: int | None
    tried: int

    def reached(self, n: int) -> bool:
        """Return whether `n` groups suffice for 80 % correct verdicts.

        >>> DesignSize(300, 1000).reached(299), DesignSize(None, 1000).reached(5000)
        (False, False)
        """
        return self.groups is not None and n >= self.groups


@cache
def _read_sizes() -> Mapping[str, DesignSize]:
    path = paths.PROCESSED / "calibration" / "design.csv"
    if not path.is_file():  # an installation without the published tables
        return MappingProxyType({})
    table = pd.read_csv(path)
    rows = table[table["kind"].eq("claim")]
    groups = [None if pd.isna(group) else int(group) for group in rows["groups"]]
    pairs = zip(rows["subject"], map(DesignSize, groups, rows["tried"]), strict=True)
    return MappingProxyType(dict(pairs))
