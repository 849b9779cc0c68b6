"""Stand-ins: what estimates a claim where a study lacks what the register asks for.

A claim asks for many groups, and a corpus may show one room with its members, one site
before and after a gate, or offices without messages. Then the design changes, the rule
does not; the verdict says `proxy`, and holds within its network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.errors import NotIdentifiableError

if TYPE_CHECKING:
    from helpers.claims.finding import Estimator
    from helpers.study import Study

__all__ = ["QUALIFIERS", "Proxy"]

QUALIFIERS = ("proxy", "association")


@dataclass(frozen=True, slots=True)
class Proxy:
    """An estimator of the second choice.

    Attributes
    ----------
    estimator
        Asked where the claim's needs are not met and one of these is.
    any_of
        ``<table>.<column>=<value>``: a row of a table that says so.
    """

    estimator: Estimator
    any_of: tuple[str, ...]

    def met_by(self, study: Study) -> bool:
        """Say whether a study has one of the things that it rests on."""
        return any(_there(study, place) for place in self.any_of)


def _there(study: Study, place: str) -> bool:
    where, _, value = place.partition("=")
    table, _, column = where.partition(".")
    try:
        rows = study.table(table)
    except NotIdentifiableError:  # a study has the tables that its source can show
        return False
    return bool(rows[column].eq(value).any())
