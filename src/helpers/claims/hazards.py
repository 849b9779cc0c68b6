"""Hazard ratios from a landmark on, with clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims import gates
from helpers.survival import clusters_of, cox

if TYPE_CHECKING:
    from helpers.survival import Interval, Lifetimes

__all__ = ["landmark_hazard_ratio"]

LANDMARK_DAYS = 28.0


def landmark_hazard_ratio(
    rows: pd.DataFrame, lives: Lifetimes, exposed: pd.Series[float]
) -> tuple[tuple[gates.Gate, ...], Interval]:
    """Return the gates passed and the hazard ratio of exposed to unexposed groups.

    Cox's model from day 28 on, adjusted for log messages and log posters (and log
    members, where known) of days 0–27, with standard errors that know clusters
    and t(K − 1).

    Parameters
    ----------
    rows
        Groups with what they did in days 0–27 (`Evidence.window`).
    lives
        Their lifetimes.
    exposed : aligned with `rows`
        1 or 0; groups with a missing value belong to neither arm.

    Raises
    ------
    GateError
        If a gate of contrasts or regressions is not passed.

    References
    ----------
    Lin and Wei (1989), JASA 84, 1074–1078, for the standard errors.
    """
    data = _at_risk(rows.assign(exposed=exposed), lives)
    asked = gates.passed(
        *gates.arms(data["exposed"], data["ended"]),
        gates.clustering(data["network"], data["batch"]),
    )
    covariates = _covariates(data)
    deaths = int(data["ended"].sum())
    asked += gates.passed(gates.coefficients(deaths, covariates.shape[1]))
    clusters = clusters_of(data["network"], data["batch"])
    fit = cox(
        data["duration"],
        data["ended"],
        covariates,
        entry=data["entry"],
        cluster=clusters.codes,
    )
    return asked, fit["exposed"].ratio


def _at_risk(rows: pd.DataFrame, lives: Lifetimes) -> pd.DataFrame:
    """Return the groups of either arm that are alive and watched after the landmark."""
    ages = pd.DataFrame(
        {
            "group": lives.group,
            "duration": lives.durations,
            "ended": lives.ended,
            "entry": np.maximum(lives.entry, LANDMARK_DAYS),
        }
    )
    data = rows[rows["exposed"].notna()].merge(ages, on="group")
    return data[data["duration"] > data["entry"]]


def _covariates(data: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "exposed": data["exposed"],
        "log messages": np.log1p(data["said"]),
        "log posters": np.log1p(data["spoke"]),
    }
    if data["members"].notna().all():
        columns["log members"] = np.log1p(data["members"])
    table = pd.DataFrame(columns).astype("float64")
    return table.loc[:, table.max() > table.min()]
