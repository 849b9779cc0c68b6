"""How far topics drift, with declared values and without."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.definitions.codings import coders_agree, stated
from helpers.claims.designs.arms import (
    clusters_for,
    difference,
    sizes,
    tabled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

__all__ = ["ESTIMATORS"]

LATER = (3, 6)
DAYS = 28


def values_keep_focus(evidence: Evidence) -> Finding:
    """Compare how far topics drift from the first month to months 3–6, by values.

    Groups that no longer write then are out: a set selected on survival.
    """
    gates.passed(coders_agree(evidence, "values"))
    rows = _drifted(evidence, None)
    asked = gates.passed(
        sizes(rows["values"]), gates.clustering(rows["network"], rows["batch"])
    )

    def way(model: str | None) -> Interval:
        rows = _drifted(evidence, model)
        clusters = clusters_for(evidence, rows["group"])
        drift = rows["drift"] / rows["drift"].std()
        return difference(drift, rows["values"], clusters)

    models = sorted(evidence.table("topics")["model"].unique())
    return Finding.estimated(
        partial(way, None),
        "drift of topics from the first month to months 3–6 in standard deviations,"
        " values declared by day 28 less none; groups still writing",
        asked, {f"model {name}": partial(way, name) for name in models},
        qualifiers=("association",),
    )  # fmt: skip


def _drifted(evidence: Evidence, model: str | None) -> pd.DataFrame:
    rows = evidence.table("topics")
    rows = rows[rows["month"].between(*LATER)]
    if model is not None:
        rows = rows[rows["model"] == model]
    drift = rows.groupby("group")["drift"].mean()
    return tabled(evidence, drift=drift, values=stated(evidence, "values", DAYS))


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s4-values-keep-focus": values_keep_focus,
    }
)
