"""Dated amendments that restrict what the evidence plan allows.

The plan is sealed. An amendment narrows which verdicts a source or a measure may give;
its numbers stay where they were, and the reason is printed with them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from helpers.claims.fixed.evidence_plan import May

FILE = Path(__file__).with_name("amendments.toml")


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
    """

    date: date
    claim: str
    may: May
    why: str
    sources: tuple[str, ...] = ()
    variant: str = ""

    def concerns(self, source: str, variant: str) -> bool:
        """Return whether the amendment concerns a source and measure."""
        named = not self.sources or source in self.sources
        measured = not self.variant or variant == self.variant
        return named and measured


@cache
def read_amendments() -> tuple[Amendment, ...]:
    """Read all amendments, in file order."""
    entries = tomllib.loads(FILE.read_text("utf-8"))["amendment"]
    return tuple(msgspec.convert(entry, Amendment) for entry in entries)


def list_amendments(
    claim_id: str, source: str, variant: str = ""
) -> tuple[Amendment, ...]:
    """List the amendments on one measure of a claim in one source.

    >>> [one.may for one in list_amendments("s1-rules-needed", "mc_servers")]
    ['nothing']
    """
    return tuple(
        one
        for one in read_amendments()
        if one.claim == claim_id and one.concerns(source, variant)
    )
