"""How many interest groups die for want of content or meeting."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.definitions.codings import is_kind, stated
from helpers.claims.designs.hazards.attributable import attributable_fraction
from helpers.claims.designs.hazards.landmark_codings import compared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence

__all__ = ["ESTIMATORS"]

A_YEAR = 365.0
LANDMARK = 28


def no_content_no_meeting(evidence: Evidence) -> Finding:
    """Estimate how many deaths of interest groups lack of content or meeting tells.

    The share of deaths in the year after day 28 that would not be if all had both,
    and the hazard ratio of neither against both.
    """
    interest = is_kind(evidence, "interest")
    have = {name: stated(evidence, name, LANDMARK) for name in ("content", "offline")}
    table = pd.DataFrame(have).dropna()
    table = table[interest.reindex(table.index).eq(1.0)]
    both, neither = table.all(axis=1), ~table.any(axis=1)
    side = neither.astype("float64").where(both | neither)
    ratio = compared(evidence, side, LANDMARK)
    first = ratio.finding("neither content nor meeting by day 28 against both")
    levels = pd.DataFrame(
        {"neither": neither, "one": ~both & ~neither}, table.index
    ).astype("float64")
    everyone = compared(evidence, both.astype("float64"), LANDMARK)
    data = everyone.at_risk(everyone.reading(evidence))
    late = data["duration"] > LANDMARK + A_YEAR
    data = data.assign(
        duration=data["duration"].clip(upper=LANDMARK + A_YEAR),
        ended=data["ended"] & ~late,
    )
    fraction = attributable_fraction(data, levels.loc[data["group"]])
    return Finding.estimated(
        lambda: (fraction, first.legs[0]),
        f"attributable share of the deaths of a year; {first.definition}",
        first.gates,
        {
            one.name: partial(lambda one: (fraction, *one.legs), one)
            for one in first.specifications
        },
        beside=first.beside, qualifiers=first.qualifiers, note=first.note,
    )  # fmt: skip


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s3-no-content-no-offline-causes": no_content_no_meeting,
    }
)
