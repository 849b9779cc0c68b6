"""What paid groups talk about, as topic models read it: how mixed, how far apart."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.designs.arms import (
    adjusted_difference,
    clusters_for,
    whose,
)
from helpers.records import DAY_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

__all__ = ["ESTIMATORS"]

DAYS = 28


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

    models = sorted(evidence.table("topics")["model"].unique())
    return Finding.estimated(
        partial(way, None),
        "change of the entropy of topics after a fee, and of their divergence from"
        " other groups, in standard deviations",
        asked, {f"model {name}": partial(way, name) for name in models},
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
    }
)
