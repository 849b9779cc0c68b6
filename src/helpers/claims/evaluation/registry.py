"""Which function estimates which claim, and which stands in for it.

A module in `helpers.claims.themes` names its claims in ``ESTIMATORS``, a stand-in, in
a module ``…_proxy``, in ``PROXIES``; those that take several sources as strata of one
estimate too, in ``STRATIFIED``. Nothing else lists them. A claim for which nobody is
known to record what it needs (`evidence_plan`) has no estimator.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from helpers.claims.contract.finding import Estimator
from helpers.claims.contract.proxy import Proxy
from helpers.claims.fixed.register import read_register
from helpers.discovery import modules_in

_MODULES = tuple(modules_in("helpers.claims.themes"))


def _registered(name: str) -> dict[str, list[Any]]:
    """Return what modules list under a name, in the order of the register."""
    listed: dict[str, list[Any]] = {claim: [] for claim in read_register()}
    for module in _MODULES:
        for claim, entry in getattr(module, name, {}).items():
            listed[claim].append(entry)
    return {claim: entries for claim, entries in listed.items() if entries}


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {claim: one for claim, (one,) in _registered("ESTIMATORS").items()}
)
PROXIES: Mapping[str, tuple[Proxy, ...]] = MappingProxyType(
    {claim: tuple(entries) for claim, entries in _registered("PROXIES").items()}
)
STRATIFIED: Mapping[str, Estimator] = MappingProxyType(
    {claim: one for claim, (one,) in _registered("STRATIFIED").items()}
)
