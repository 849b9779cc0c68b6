"""Biased estimators for comparison on simulated data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.records import DAY_US
from helpers.survival import Interval, estimate_failure_probability, fit_cox, naive
from validation.coverage.samples import build_wald_interval

Naive = Callable[["Tables"], Interval]

REPLICATES = 200


class Tables(Protocol):
    """Interface of a study that returns tables by name."""

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by name."""


def count_last_messages_as_deaths(horizon: float) -> Naive:
    """Return an estimator that counts last messages as deaths (biased)."""

    def estimate(study: Tables) -> Interval:
        lives = naive.count_last_messages_as_deaths(study.table("groups"))
        return estimate_failure_probability(
            lives, horizon, seed=1, replicates=REPLICATES
        )

    return estimate


def compare_by_owner_messages(study: Tables) -> Interval:
    """Compare lifetimes by the owner's later messages (immortal-time bias).

    Who lives longer has more of them: the exposure is read from the future.
    """
    early = _select_half_year(study)
    owner_messages = early["messages"] * early["owner_share"]
    return _fit_by_total(study, owner_messages.groupby(early["group"]).sum())


def compare_by_replies(study: Tables) -> Interval:
    """Compare lifetimes by groups' later replies (immortal-time bias)."""
    early = _select_half_year(study)
    return _fit_by_total(study, early.groupby("group")["replies_explicit"].sum())


def _select_half_year(study: Tables) -> pd.DataFrame:
    windows = study.table("windows")
    return windows[windows["window"].isin(["0-27", "28-83", "84-181"])]


def _fit_by_total(study: Tables, total: pd.Series[int]) -> Interval:
    groups = study.table("groups").set_index("group")
    ages = (groups["last_us"] - groups["origin_us"]) / DAY_US
    total = total.reindex(groups.index).fillna(0)
    exposed = (total > total.median()).astype(float)
    return _fit_ratio(ages, np.ones(len(ages), bool), exposed.to_frame("exposed"))


def compare_by_birth(study: Tables) -> Interval:
    """Compare last messages of groups by founding year, ignoring censoring (biased)."""
    groups = study.table("groups")
    ages = (groups["last_us"] - groups["origin_us"]) / DAY_US
    years = (groups["origin_us"] - groups["origin_us"].min()) / DAY_US / 365.0
    return _fit_ratio(ages, np.ones(len(ages), bool), years.to_frame("years"))


def _fit_ratio(
    ages: pd.Series[float], ended: npt.NDArray[np.bool_], exposure: pd.DataFrame
) -> Interval:
    fit = fit_cox(ages + 0.5, ended, exposure, cluster=np.arange(len(ages)))
    return fit.coefficients[0].ratio


def compute_pooled_top(study: Tables) -> Interval:
    """Estimate the top poster's share of messages, ignoring clusters (biased)."""
    windows = study.table("windows")
    rows = windows[windows["window"].eq("28-83") & (windows["messages"] > 0)]
    top = rows["top_share"] * rows["messages"]
    share, n = float(top.sum() / rows["messages"].sum()), int(rows["messages"].sum())
    return build_wald_interval(
        share, float(np.sqrt(share * (1 - share) / n)), n, scale="identity"
    )
