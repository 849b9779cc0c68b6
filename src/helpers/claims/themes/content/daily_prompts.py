"""What an owner's prompt does on its day."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.designs.arms import clusters_for, whose
from helpers.claims.designs.rates.count_regression import within
from helpers.claims.designs.rates.event_study import Series
from helpers.claims.designs.units import units

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

__all__ = ["ESTIMATORS"]

WEEK = 7
LEAST_DAYS = 200


def daily_prompts(evidence: Evidence) -> Finding:
    """Compare days whose first word from the owner is a prompt with other such days.

    Within groups and days of the week; the second leg is the day before, on which a
    prompt can have done nothing.
    """
    rows = _posted(evidence)
    many = int(rows["prompt"].sum())
    asked = gates.passed(
        units(rows["group"].nunique()),
        gates.Gate(
            "days", many >= LEAST_DAYS, f"{many} days with a prompt, 200 needed"
        ),
        gates.clustering(*whose(evidence, rows["group"])),
    )

    def way(rows: pd.DataFrame) -> tuple[Interval, Interval]:
        clusters = clusters_for(evidence, rows["group"])
        exposures = rows[["prompt", "trailing"]]
        unit = rows["group"] * WEEK + rows["day"] % WEEK
        return tuple(
            within(rows[outcome], exposures, unit, clusters).ratio("prompt")
            for outcome in ("others", "before")
        )  # type: ignore[return-value]  # of two

    busy = rows["trailing"] >= rows["trailing"].median()
    return Finding.estimated(
        partial(way, rows),
        "messages of other members on days that the owner opens with a prompt over days"
        " with the owner but without one; then the same of the day before",
        asked,
        {
            "busy times": partial(way, rows[busy].reset_index(drop=True)),
            "quiet times": partial(way, rows[~busy].reset_index(drop=True)),
        },
        qualifiers=("association",),
    )


def _posted(evidence: Evidence) -> pd.DataFrame:
    """Return days on which the owner wrote, with what others wrote then and before."""
    days = evidence.table("owner_days")
    others = Series.of(evidence, days.rename(columns={"others": "value"}))
    rows = days[days["prompt"].notna() & days["owner"].gt(0)].reset_index(drop=True)
    return rows.assign(
        prompt=rows["prompt"].astype("float64"),
        before=others.at(rows, -1, -1),
        trailing=np.log1p(others.at(rows, -8, -2)),
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s3-daily-prompts": daily_prompts,
    }
)
