"""Which function stands in for which claim's estimator: one list, as `estimators`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.claims import (
    departing,
    joiners,
    offices,
    rooms,
    several_groups,
    silent_members,
    stirs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.proxied import Proxy

__all__ = ["PROXIES"]

MODULES = (
    offices,
    departing,
    rooms,
    joiners,
    stirs,
    several_groups,
    silent_members,
)

PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {claim: one for module in MODULES for claim, one in module.PROXIES.items()}
)
