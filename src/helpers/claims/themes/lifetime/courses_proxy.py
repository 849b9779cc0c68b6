"""Courses that end when they are over: few last as long as novelty is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from helpers.claims.contract import gates
from helpers.claims.contract.proxy import Proxy
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.spans import TWELVE_WEEKS
from helpers.claims.designs.too_few import too_few
from helpers.records import DAY_US


def _followed(evidence: Evidence) -> gates.Gate:
    """Count the courses that were watched through the later span."""
    rows = evidence.groups
    return gates.follow_up((rows["end_us"] - rows["origin_us"]) / DAY_US, TWELVE_WEEKS)


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s0-novelty-decay": Proxy(
            too_few(_followed, "what was written in each"),
            needs=("registry",), planned=True,
        )
    }
)  # fmt: skip
