"""What groups talk about, as topic models read it: how mixed, how far apart."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.definitions.codings import coders_agree, stated
from helpers.claims.designs.arms import (
    adjusted_difference,
    clusters_for,
    difference,
    sizes,
    tabled,
    whose,
)
from helpers.records import DAY_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

__all__ = ["ESTIMATORS"]

LATER = (3, 6)
DAYS = 28


def _models(evidence: Evidence) -> list[str]:
    return sorted(evidence.table("topics")["model"].unique())


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

    return Finding.estimated(
        partial(way, None),
        "drift of topics from the first month to months 3–6 in standard deviations,"
        " values declared by day 28 less none; groups still writing",
        asked, {f"model {name}": partial(way, name) for name in _models(evidence)},
        qualifiers=("association",),
    )  # fmt: skip


def _drifted(evidence: Evidence, model: str | None) -> pd.DataFrame:
    rows = evidence.table("topics")
    rows = rows[rows["month"].between(*LATER)]
    if model is not None:
        rows = rows[rows["model"] == model]
    drift = rows.groupby("group")["drift"].mean()
    return tabled(evidence, drift=drift, values=stated(evidence, "values", DAYS))


def paid_groups_label(evidence: Evidence) -> Finding:
    """Follow topics before and after a fee: how mixed in a group, how far from others.

    Within groups and months of age, against groups without a fee.
    """
    rows = _around_fee(evidence)
    paid = rows[rows["fee"] & rows["month"].lt(rows["since"])]["group"].nunique()
    detail = f"{paid} groups observed before and after, {gates.LEAST_IN_ARM} needed"
    asked = gates.passed(
        gates.Gate("fees", paid >= gates.LEAST_IN_ARM, detail),
        gates.clustering(*whose(evidence, rows["group"])),
    )

    def way(model: str | None) -> tuple[Interval, Interval]:
        return _change(evidence, "entropy", model), _change(
            evidence, "divergence", model
        )

    return Finding.estimated(
        partial(way, None),
        "change of the entropy of topics after a fee, and of their divergence from"
        " other groups, in standard deviations",
        asked, {f"model {name}": partial(way, name) for name in _models(evidence)},
        qualifiers=("association",),
    )  # fmt: skip


def _around_fee(evidence: Evidence, model: str | None = None) -> pd.DataFrame:
    """Return months of groups, with the month of age in which a fee came."""
    rows = evidence.table("topics")
    if model is not None:
        rows = rows[rows["model"] == model]
    by = rows.groupby(["group", "month"], as_index=False)
    rows = by[["entropy", "divergence"]].mean()
    events = evidence.table("events")
    at = events[events["kind"] == "fee"].groupby("group")["time_us"].min()
    born = evidence.groups.set_index("group")["origin_us"]
    since = ((at - born.reindex(at.index)) / DAY_US // DAYS).reindex(rows["group"])
    rows["since"] = since.to_numpy(float)
    return rows.assign(fee=rows["since"].notna())


def _change(evidence: Evidence, column: str, model: str | None) -> Interval:
    rows = _around_fee(evidence, model)
    after = (rows["fee"] & (rows["month"] >= rows["since"])).astype("float64")
    months = pd.get_dummies(rows["month"], prefix="month", drop_first=True, dtype=float)
    table = pd.concat([after.rename("after"), months], axis=1)
    by = rows["group"]
    value = rows[column] / rows[column].std()
    apart = value - value.groupby(by).transform("mean")
    return adjusted_difference(
        apart, table - table.groupby(by).transform("mean"), clusters_for(evidence, by)
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s2-paid-groups-label": paid_groups_label,
        "s4-values-keep-focus": values_keep_focus,
    }
)
