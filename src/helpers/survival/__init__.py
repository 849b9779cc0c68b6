"""Lifetimes of groups: death defined by inactivity, and survival estimates.

`estimate_survival`, `estimate_cumulative_incidence` and `compute_restricted_mean` are
the estimators, with delayed entry and exact ties. `define_lifetimes_by_inactivity`
turns processed tables into `Lifetimes`, whose estimates
(`estimate_failure_probability`, `estimate_median_lifetime`, the contrasts) bootstrap
whole clusters. `fit_cox` and `fit_discrete_hazard` compare hazards. `naive` holds the
readings that are wrong.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.survival import naive
    from helpers.survival.bootstrap import Clusters, choose_clusters
    from helpers.survival.contrasts import (
        estimate_failure_difference,
        estimate_mean_lifetime_ratio,
    )
    from helpers.survival.curves.aalen_johansen import (
        Incidence,
        estimate_cumulative_incidence,
    )
    from helpers.survival.curves.kaplan_meier import (
        Numbers,
        SurvivalCurve,
        estimate_survival,
    )
    from helpers.survival.curves.restricted_mean import compute_restricted_mean
    from helpers.survival.estimates import (
        SurvivalBand,
        estimate_failure_probability,
        estimate_median_lifetime,
        estimate_survival_band,
    )
    from helpers.survival.hazards.cox import fit_cox
    from helpers.survival.hazards.discrete import fit_discrete_hazard
    from helpers.survival.hazards.regression import Regression
    from helpers.survival.interval import Interval
    from helpers.survival.lifetimes import (
        Lifetimes,
        Watch,
        assemble_lifetimes,
        compute_observation_ages,
        define_lifetimes_by_inactivity,
    )

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
    "assemble_lifetimes",
    "choose_clusters",
    "compute_observation_ages",
    "compute_restricted_mean",
    "define_lifetimes_by_inactivity",
    "estimate_cumulative_incidence",
    "estimate_failure_difference",
    "estimate_failure_probability",
    "estimate_mean_lifetime_ratio",
    "estimate_median_lifetime",
    "estimate_survival",
    "estimate_survival_band",
    "fit_cox",
    "fit_discrete_hazard",
    "naive",
]

_PLACES = {  # imported on first use: the rule of silence alone needs no statistics
    "Clusters": "bootstrap",
    "choose_clusters": "bootstrap",
    "estimate_failure_difference": "contrasts",
    "estimate_mean_lifetime_ratio": "contrasts",
    "Incidence": "curves.aalen_johansen",
    "estimate_cumulative_incidence": "curves.aalen_johansen",
    "SurvivalBand": "estimates",
    "estimate_median_lifetime": "estimates",
    "estimate_survival_band": "estimates",
    "Numbers": "curves.kaplan_meier",
    "SurvivalCurve": "curves.kaplan_meier",
    "estimate_survival": "curves.kaplan_meier",
    "compute_restricted_mean": "curves.restricted_mean",
    "estimate_failure_probability": "estimates",
    "fit_cox": "hazards.cox",
    "fit_discrete_hazard": "hazards.discrete",
    "Regression": "hazards.regression",
    "Interval": "interval",
    "Lifetimes": "lifetimes",
    "Watch": "lifetimes",
    "assemble_lifetimes": "lifetimes",
    "compute_observation_ages": "lifetimes",
    "define_lifetimes_by_inactivity": "lifetimes",
}


def __getattr__(name: str) -> object:
    """Import an estimator or the module `naive` on first use."""
    if name == "naive":
        return import_module("helpers.survival.naive")
    if name not in _PLACES:
        raise AttributeError(f"module 'helpers.survival' has no attribute {name!r}")
    attribute = getattr(import_module(f"helpers.survival.{_PLACES[name]}"), name)
    globals()[name] = attribute
    return attribute


def __dir__() -> list[str]:
    """List the public names, including those imported on first use."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
