"""Compare message counts on days with and without a host's prompt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Specification
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.rates.count_regression import fit_within
from helpers.claims.designs.rates.event_study import Series
from helpers.records import WEEK_DAYS
from helpers.survival import Interval


def select_days_around(
    evidence: Evidence, days: pd.DataFrame, chosen: pd.Series
) -> pd.DataFrame:
    """Select group-days with messages of non-hosts on that day and the day before.

    Parameters
    ----------
    days
        ``group, day, others, prompt`` of all days.
    chosen
        Which of them are compared.
    """
    other_messages = Series.of(evidence, days.rename(columns={"others": "value"}))
    rows = days[chosen].reset_index(drop=True)
    return rows.assign(
        prompt=rows["prompt"].astype("float64"),
        before=other_messages.at(rows, -1, -1),
        trailing=np.log1p(other_messages.at(rows, -8, -2)),
    )


def compute_ratios(evidence: Evidence, rows: pd.DataFrame) -> tuple[Interval, Interval]:
    """Estimate the ratio of messages on days with a host's prompt to days without one.

    Within groups and days of the week, given the week that ended two days before.

    Parameters
    ----------
    rows
        As `select_days_around` returns them.
    """
    clusters = choose_clusters_for(evidence, rows["group"])
    exposures = rows[["prompt", "trailing"]]
    unit = rows["group"] * WEEK_DAYS + rows["day"] % WEEK_DAYS
    that_day, day_before = (
        fit_within(rows[outcome], exposures, unit, clusters).ratio("prompt")
        for outcome in ("others", "before")
    )
    return that_day, day_before


def estimate_day_before(
    evidence: Evidence, rows: pd.DataFrame
) -> tuple[Specification, ...]:
    """Return the ratio of messages a day before prompts, as a negative control."""

    def before() -> Interval:
        _, control = compute_ratios(evidence, rows)
        return control

    return (Specification.tried("the day before", before),)
