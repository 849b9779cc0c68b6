"""Lifetimes of groups: what silence means, and how long groups last.

`kaplan_meier`, `aalen_johansen` and `restricted_mean` are the estimators, with
delayed entry and exact ties. `silence` turns processed tables into `Lifetimes`, whose
estimates (`failure_probability`, `median_lifetime`, the contrasts) bootstrap whole
clusters. `cox` and `discrete_hazard` compare hazards. `naive` holds the readings that
are wrong.
"""

from helpers.survival import naive
from helpers.survival.clusters import Clusters, clusters_of
from helpers.survival.contrasts import (
    failure_difference,
    mean_lifetime_ratio,
)
from helpers.survival.curves.aalen_johansen import Incidence, aalen_johansen
from helpers.survival.curves.band import SurvivalBand, median_lifetime, survival_band
from helpers.survival.curves.curve import Numbers, SurvivalCurve
from helpers.survival.curves.kaplan_meier import kaplan_meier
from helpers.survival.curves.restricted_mean import restricted_mean
from helpers.survival.estimates import failure_probability
from helpers.survival.hazards.cox import cox
from helpers.survival.hazards.discrete import discrete_hazard
from helpers.survival.hazards.regression import Regression
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import Lifetimes
from helpers.survival.silence import Watch, lifetimes_of, silence, watch

__all__ = [
    "Clusters",
    "Incidence",
    "Interval",
    "Lifetimes",
    "Numbers",
    "Regression",
    "SurvivalBand",
    "SurvivalCurve",
    "Watch",
    "aalen_johansen",
    "clusters_of",
    "cox",
    "discrete_hazard",
    "failure_difference",
    "failure_probability",
    "kaplan_meier",
    "lifetimes_of",
    "mean_lifetime_ratio",
    "median_lifetime",
    "naive",
    "restricted_mean",
    "silence",
    "survival_band",
    "watch",
]
