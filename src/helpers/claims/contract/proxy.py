"""Indirect measures (proxies) for studies without the data a claim needs.

A claim asks for many groups, and a source may show one room with its members, one site
before and after a gate, or offices without messages. Then the design changes, the rule
does not; the verdict says `proxy`, and holds within its network. Which public source
may be asked through which stand-in was fixed in `helpers.claims.fixed.evidence_plan`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpers.claims.contract.finding import E, Estimator
from helpers.claims.contract.study_view import Need, get_need
from helpers.study.publish.study import Tables

QUALIFIERS = ("proxy", "association")


@dataclass(frozen=True, slots=True)
class Proxy:
    """An estimator of an indirect measure, with the data it needs.

    Attributes
    ----------
    estimator
        Asked where the claim's own needs are not met and these are.
    any_of
        Places (see `helpers.claims.contract.study_view`) one of which a study must
        have.
    needs
        Names of `data_needs.toml` all of which it must have.
    planned
        Whether of public sources only those that the plan names are asked, also where
        the claim is carried by others as the register writes it.
    alone
        Whether each source stands alone, where others are strata of one estimate.
    """

    estimator: Estimator
    any_of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    planned: bool = False
    alone: bool = False

    @property
    def own_needs(self) -> tuple[Need, ...]:
        """The data that the estimator of the indirect measure needs from a study."""
        return tuple(get_need(name) for name in self.needs)

    def met_by(self, study: Tables) -> bool:
        """Return whether a study has the data that the indirect measure needs."""
        has_any = not self.any_of or any(
            get_need(place).met_by(study) for place in self.any_of
        )
        return has_any and all(get_need(name).met_by(study) for name in self.needs)


PROXIES: defaultdict[str, list[tuple[str, Proxy]]] = defaultdict(list)


def stands_in(
    claim: str,
    any_of: tuple[str, ...] = (),
    **more: Any,  # noqa: ANN401 - the other fields of `Proxy`
) -> Callable[[E], E]:
    """Register a function as an estimator of a claim by an indirect measure."""

    def mark(estimator: E) -> E:
        PROXIES[estimator.__module__].append((claim, Proxy(estimator, any_of, **more)))
        return estimator

    return mark
