"""Index of the estimators of each claim, direct and indirect.

Functions in `helpers.claims.themes` are marked: ``@estimates(claim)``; where they take
other data than the claim asks for, ``@stands_in(claim, …)``, on the same function if
these give the same quantity; where they take several sources as strata of one
estimate, ``@stratified(claim)`` too. A claim for which nobody is known to record what
it needs (`evidence_plan`) has no estimator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from helpers.claims.contract import finding, proxy
from helpers.claims.contract.finding import Estimator, Stratified
from helpers.claims.contract.proxy import Proxy
from helpers.claims.fixed.register import read_register
from helpers.discovery import import_modules_in

T = TypeVar("T")
_MODULES = tuple(
    module.__name__ for module in import_modules_in("helpers.claims.themes")
)


def list_claims_of(module: str) -> list[str]:
    """List the claims that have an estimator in a given module."""
    own, other = finding.ESTIMATORS.get(module, ()), proxy.PROXIES.get(module, ())
    return list(dict.fromkeys(claim for claim, _ in (*own, *other)))


def _list_registered(
    table: Mapping[str, Sequence[tuple[str, T]]],
) -> dict[str, list[T]]:
    """Collect the registered estimators of all modules, by claim."""
    listed: dict[str, list[T]] = {claim: [] for claim in read_register()}
    for module in _MODULES:
        for claim, entry in table.get(module, ()):
            listed[claim].append(entry)
    return {claim: entries for claim, entries in listed.items() if entries}


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        claim: estimator
        for claim, (estimator,) in _list_registered(finding.ESTIMATORS).items()
    }
)
PROXIES: Mapping[str, tuple[Proxy, ...]] = MappingProxyType(
    {
        claim: tuple(entries)
        for claim, entries in _list_registered(proxy.PROXIES).items()
    }
)
STRATIFIED: Mapping[str, Stratified] = MappingProxyType(
    {
        claim: stratified
        for claim, (stratified,) in _list_registered(finding.STRATIFIED).items()
    }
)
