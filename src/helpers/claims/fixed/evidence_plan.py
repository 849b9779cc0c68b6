"""The evidence plan, fixed beforehand, and the dated amendments that narrow it.

`evidence_plan.toml` was written after first looks at the sources were known; that is
why every verdict says that its source had been looked at. The plan is sealed; an
amendment restricts which verdicts a source or a measure may give, and its reason is
printed with the numbers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from helpers.files import read_verified
from helpers.wording import say

FILE = Path(__file__).with_name("evidence_plan.toml")
FOURTH_SHELF = Path(__file__).with_name("fourth_shelf.toml")
May = Literal["both", "support", "contradict", "nothing"]
AMENDMENTS = Path(__file__).with_name("amendments.toml")
REVIEW = "2026-11-22-verdicts-withdrawn-or-reworded.md"  # note of most amendments


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePlan:
    """How sources test one claim: unit, exposure, outcome, limits.

    Attributes
    ----------
    claim
        Of the register.
    section
        ``as written``, ``further sources``, ``stand-in``, ``new source``,
        ``fourth shelf`` and its block, or ``too weak``, which is not computed.
    sources
        Names of studies.
    unit, exposure, outcome, rule
        What is counted and compared, and the register's rule for it.
    may, may_only
        Which verdict it may give, and under what further condition.
    prints
        Qualifiers that stand after the verdict.
    tables
        Where the numbers stand.
    loses
        What is lost against the claim as written.
    """

    claim: str
    section: str
    sources: tuple[str, ...]
    unit: str
    may: May
    exposure: str = ""
    outcome: str = ""
    rule: str = ""
    may_only: str = ""
    prints: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    loses: str = ""

    @property
    def lists_all(self) -> bool:
        """Whether only the sources that the plan names may test the claim."""
        return self.section in {"as written", "stand-in", "too weak"}

    @property
    def is_later(self) -> bool:
        """Whether the plan was added after the pre-registration."""
        return self.section.startswith("fourth shelf")

    @property
    def computed(self) -> bool:
        """Whether an estimate of the claim is computed under this plan."""
        return self.may != "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """An amendment that lets a source use another measure than planned.

    Attributes
    ----------
    date
        Of the amendment.
    claim
        Of the register.
    sources
        Names of studies that may answer so.
    what
        What stands for what, in words.
    """

    date: date
    claim: str
    sources: tuple[str, ...]
    what: str

    def describe(self) -> str:
        """Describe the amendment with its date, for the note of a verdict."""
        return say("amended on {date}: {what}", date=self.date, what=say(self.what))


@dataclass(frozen=True, slots=True)
class Missing:
    """The data that would answer a claim, and who could provide them."""

    what: str
    whom: str

    def __str__(self) -> str:
        if self.whom:
            return (
                f"not testable with the corpora at hand: {self.what} missing;"
                f" to be had from: {self.whom}"
            )
        return (
            f"nobody is known to record {self.what};"
            " only an operator who writes it down from the first day could"
        )


@cache
def _read_rows() -> Mapping[str, Any]:
    return tomllib.loads(read_verified(FILE))


@cache
def _read_fourth_shelf() -> Mapping[str, Any]:
    return tomllib.loads(read_verified(FOURTH_SHELF))


@cache
def list_plans(claim_id: str) -> tuple[EvidencePlan, ...]:
    """List a claim's plans of how to test it on sources; empty if there are none.

    >>> [plan.sources for plan in list_plans("s1-any-industry")]
    [('v2ex_nodes',), ('nashville_meetup',)]
    """
    return tuple(
        msgspec.convert(entry, EvidencePlan)
        for entry in (*_read_rows()["plan"], *_read_fourth_shelf()["plan"])
        if entry["claim"] == claim_id
    )


def find_plan(claim_id: str, source: str) -> EvidencePlan | None:
    """Return the pre-registered plan for testing a claim on a source, or None."""
    plans = [plan for plan in list_plans(claim_id) if source in plan.sources]
    first = [plan for plan in plans if not plan.is_later]
    return (first or plans)[-1] if plans else None


@cache
def list_substitutes() -> tuple[Substitute, ...]:
    """Return the plan's amendments that allow another measure than planned."""
    rows = _read_fourth_shelf()["substitute"]
    return tuple(msgspec.convert(entry, Substitute) for entry in rows)


def find_substitute(claim_id: str, source: str) -> Substitute | None:
    """Return the amendment that lets a source use another measure, or None.

    >>> find_substitute("s4-growth-over-income", "so_survey_2016").describe()
    'amended on 2026-11-22: a job stands for an organisation'
    """
    named = (
        substitute for substitute in list_substitutes() if substitute.claim == claim_id
    )
    return next(
        (substitute for substitute in named if source in substitute.sources), None
    )


def get_missing(claim_id: str) -> Missing | None:
    """Get the data that an untested claim needs and who could provide them, or None.

    >>> print(get_missing("s4-values-keep-focus"))
    nobody is known to record declared values with the topics that followed; only an \
operator who writes it down from the first day could
    """
    entry = _read_rows()["missing"].get(claim_id)
    return Missing(entry["what"], entry["from"]) if entry else None


@cache
def is_public(source: str) -> bool:
    """Return whether a study is one of the project's public data sources.

    >>> is_public("fcc_gitter"), is_public("own")
    (True, False)
    """
    return files("helpers").joinpath("corpora", "sources", f"{source}.toml").is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A later restriction of which verdicts a source may give, with its reason.

    Attributes
    ----------
    date
        Of the decision.
    claim
        Of the register.
    sources
        Names of studies; empty for every study.
    variant
        Of the claim's card; empty for any.
    may
        Which verdict is left.
    why
        The reason, in words.
    foreseen
        Whether its condition was fixed before the estimates were computed.
    note
        The decision note's file name.
    """

    date: date
    claim: str
    may: May
    why: str
    sources: tuple[str, ...] = ()
    variant: str = ""
    foreseen: bool = False
    note: str = REVIEW

    def concerns(self, source: str, variant: str) -> bool:
        """Return whether the amendment concerns a source and measure."""
        named = not self.sources or source in self.sources
        measured = not self.variant or variant == self.variant
        return named and measured


@dataclass(frozen=True, slots=True, kw_only=True)
class LateChoice:
    """An analytic choice that was made after its result had been seen.

    Attributes
    ----------
    claim
        Of the register.
    sources
        Names of studies.
    what
        What was chosen after which number, in words.
    """

    claim: str
    sources: tuple[str, ...]
    what: str

    def describe(self) -> str:
        """Describe an analytic choice made after results, for a verdict's note."""
        return say("changed after a number was seen: yes; {what}", what=say(self.what))


@cache
def read_late_choices() -> tuple[LateChoice, ...]:
    """Read all choices that were made after a result was seen, in file order."""
    entries = tomllib.loads(AMENDMENTS.read_text("utf-8"))["late_choice"]
    return tuple(msgspec.convert(entry, LateChoice) for entry in entries)


def find_late_choice(claim_id: str, source: str) -> LateChoice | None:
    """Return the choice made after seeing results on a claim in a study, or None.

    >>> print(find_late_choice("s3-willing-to-pay", "learning365").what)
    defined after results of other surveys and trials had been seen, its negative \
control after its own first estimate
    """
    named = (
        late_choice
        for late_choice in read_late_choices()
        if late_choice.claim == claim_id
    )
    return next((choice for choice in named if source in choice.sources), None)


@cache
def read_amendments() -> tuple[Amendment, ...]:
    """Read all amendments of the evidence plan, in file order."""
    entries = tomllib.loads(AMENDMENTS.read_text("utf-8"))["amendment"]
    return tuple(msgspec.convert(entry, Amendment) for entry in entries)


def list_amendments(
    claim_id: str, source: str, variant: str = ""
) -> tuple[Amendment, ...]:
    """List the amendments on one measure of a claim in one source.

    >>> [one.may for one in list_amendments("s1-rules-needed", "mc_servers")]
    ['nothing']
    """
    return tuple(
        amendment
        for amendment in read_amendments()
        if amendment.claim == claim_id and amendment.concerns(source, variant)
    )
