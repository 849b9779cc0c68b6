"""Shells, failed, not successful: three shares that can hold only if nested.

The articles give 58 % shells, 90 % failures and 95 % without success. Under one
definition these contradict each other; as shares of ever wider sets they need not:
a shell has failed, and what failed was no success.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.claims.limits import complement
from helpers.errors import ShequnError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.claims.evaluate import Verdict
    from helpers.inference import Interval

__all__ = ["Nested", "Share", "nested"]

CLAIMED = {
    "s0-200-of-343-shells": ("shell or dead", 0.583),
    "s1-over-90-fail": ("failed", 0.90),
    "s0-success-below-5pct": ("not successful", 0.95),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A row: a share, what the article says of it, and what one study shows."""

    name: str
    claimed: float
    found: Interval | None


@dataclass(frozen=True, slots=True)
class Nested:
    """The three rows, narrowest set first, and where the nesting breaks.

    Attributes
    ----------
    rows
        Shares in the order in which each set should hold the one before.
    broken
        Inclusions that the estimates contradict: the narrower set is larger.
    """

    rows: tuple[Share, ...]

    @property
    def broken(self) -> tuple[str, ...]:
        """Name the inclusions that do not hold among the shares that are known."""
        known = [row for row in self.rows if row.found is not None]
        return tuple(
            f"{inner.name} ⊂ {outer.name}"
            for inner, outer in pairwise(known)
            if inner.found and outer.found
            if inner.found.estimate > outer.found.estimate
        )


def nested(verdicts: Sequence[Verdict]) -> Nested:
    """Return one study's table from its verdicts on the three claims.

    Raises
    ------
    ShequnError
        If verdicts are missing or come from several studies.
    """
    by_claim = {verdict.claim: verdict for verdict in verdicts}
    if set(by_claim) != set(CLAIMED) or len({v.study for v in verdicts}) != 1:
        raise ShequnError(
            "the nested table needs three verdicts of one study",
            where="nested",
            remedy=f"evaluate {', '.join(CLAIMED)}",
        )
    rows = []
    for claim, (name, claimed) in CLAIMED.items():
        found = by_claim[claim].interval
        if found is not None and name == "not successful":
            found = complement(found)
        rows.append(Share(name, claimed, found))
    return Nested(tuple(rows))
