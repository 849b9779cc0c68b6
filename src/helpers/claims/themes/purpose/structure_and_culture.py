"""Groups with both structure and culture, and groups with one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.definitions.codings import stated
from helpers.claims.designs.hazards.landmark_codings import (
    compared,
    pair,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator, Finding
    from helpers.claims.contract.study_view import Evidence
    from helpers.claims.designs.hazards.landmark import Landmark

__all__ = ["ESTIMATORS"]

STRICT_DAY = 28


def structure_and_culture(evidence: Evidence) -> Finding:
    """Compare groups with both structure and culture with groups with one of them."""
    names = ("structure", "culture")
    known = {name: stated(evidence, name, STRICT_DAY) for name in names}
    table = pd.DataFrame(known).dropna()

    def against(alone: str, other: str) -> Landmark:
        both, only = table.all(axis=1), table[alone].gt(table[other])
        side = both.astype("float64").where(both | only)
        return compared(evidence, side, STRICT_DAY)

    return pair(
        (against(*names), against(*reversed(names))),
        "both by day 28 against structure alone, then against culture alone",
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s4-structure-and-culture": structure_and_culture,
    }
)
