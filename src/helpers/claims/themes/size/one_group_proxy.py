"""One group of which much is known, where the register asks for many that may die."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from helpers.claims.contract import gates
from helpers.claims.contract.proxy import Proxy
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.too_few import too_few


def _listed(evidence: Evidence) -> gates.Gate:
    return gates.groups(len(evidence.groups))


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s4-quality-over-quantity": Proxy(
            too_few(_listed, "who was the core of each"),
            needs=("registry",), planned=True,
        )
    }
)  # fmt: skip
