"""Whether groups founded later end sooner."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.designs.shares import Ends, enclose_all
from helpers.claims.ends import define_silent
from helpers.claims.evidence import Evidence
from helpers.claims.last_activity import (
    SIDE_BY_SIDE,
    define_by_last_activity,
    define_by_listing,
    select_followed,
)
from helpers.claims.quantity import quantity
from helpers.claims.requirements import (
    require_at_least,
    require_events_per_coefficient,
    require_sampled,
)
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters, fit_cox

YEAR = 365.0
LEAST_COHORTS, LEAST_YEARS = 3, 2


@quantity("silence_by_birth_year", of="ratio")
def estimate_silence_by_birth_year(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of falling silent in year one, per later birth year."""
    known = evidence.of_known_age
    return _estimate_per_year(_cut_at_first_year(known, define_silent(known)))


@quantity("last_activity_by_birth_year", of="ratio")
def estimate_last_activity_by_birth_year(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of a last activity in year one, per later birth year.

    By 60 days of silence; the limits enclose those of 180 days.
    """
    rows, _ = select_followed(evidence)
    tables = [
        _cut_at_first_year(rows, define_by_last_activity(rows, w_days))
        for w_days in SIDE_BY_SIDE
    ]
    return enclose_all([_estimate_per_year(data) for data in tables])


@quantity("retired_by_birth_year", of="ratio")
def estimate_retired_by_birth_year(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of being retired in year one, per later birth year."""
    data = _cut_at_first_year(evidence, define_by_listing(evidence))
    return _estimate_per_year(data)


def _cut_at_first_year(evidence: Evidence, ends: Ends) -> pd.DataFrame:
    """Return lifetimes cut at the end of the first year, with the dates of birth."""
    lives = ends.lives
    origin = evidence.groups.set_index("group")["origin_us"]
    data = pd.DataFrame(
        {
            "network": lives.network,
            "batch": lives.batch,
            "origin_us": origin.reindex(lives.group).to_numpy(),
            "duration": np.minimum(lives.durations, YEAR),
            "ended": lives.ended & ~ends.competing & (lives.durations <= YEAR),
            "entry": lives.entry,
        }
    )
    return data[(data["entry"] == 0) | (data["duration"] > data["entry"])]


def _estimate_per_year(data: pd.DataFrame) -> Interval:
    """Estimate the hazard ratio per later year of birth."""
    origin = data["origin_us"]
    years = (origin - origin.min()) / DAY_US / YEAR
    cohorts = pd.to_datetime(origin, unit="us").dt.year.nunique()
    require_at_least(cohorts, LEAST_COHORTS, "calendar years of birth")
    require_at_least(years.max(), LEAST_YEARS, "years of births")
    require_sampled(data)
    require_events_per_coefficient(int(data["ended"].sum()), 1)
    fit = fit_cox(
        data["duration"],
        data["ended"],
        pd.DataFrame({"year": years.astype("float64")}),
        entry=data["entry"],
        cluster=choose_clusters(data["network"], data["batch"]).codes,
    )
    return fit["year"].ratio
