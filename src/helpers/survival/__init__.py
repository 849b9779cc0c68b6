"""Lifetimes of groups: death defined by inactivity, and survival estimates.

`estimate_survival` is Kaplan and Meier's estimator, with delayed entry and exact ties.
`define_lifetimes_by_inactivity` turns processed tables into `Lifetimes`, whose
estimates (`estimate_failure_probability`, `estimate_median_lifetime`,
`estimate_mean_lifetime_ratio`) bootstrap whole clusters. `fit_cox` compares hazards.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.survival.bootstrap import Clusters, choose_clusters
    from helpers.survival.contrasts import estimate_mean_lifetime_ratio
    from helpers.survival.curves.kaplan_meier import (
        Numbers,
        SurvivalCurve,
        estimate_survival,
    )
    from helpers.survival.estimates import (
        SurvivalBand,
        estimate_failure_probability,
        estimate_median_lifetime,
        estimate_survival_band,
    )
    from helpers.survival.hazards.cox import fit_cox
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
    "define_lifetimes_by_inactivity",
    "estimate_failure_probability",
    "estimate_mean_lifetime_ratio",
    "estimate_median_lifetime",
    "estimate_survival",
    "estimate_survival_band",
    "fit_cox",
]

_PLACES = {  # imported on first use: the rule of silence alone needs no statistics
    "Clusters": "bootstrap",
    "choose_clusters": "bootstrap",
    "estimate_mean_lifetime_ratio": "contrasts",
    "SurvivalBand": "estimates",
    "estimate_median_lifetime": "estimates",
    "estimate_survival_band": "estimates",
    "Numbers": "curves.kaplan_meier",
    "SurvivalCurve": "curves.kaplan_meier",
    "estimate_survival": "curves.kaplan_meier",
    "estimate_failure_probability": "estimates",
    "fit_cox": "hazards.cox",
    "Regression": "hazards.regression",
    "Interval": "interval",
    "Lifetimes": "lifetimes",
    "Watch": "lifetimes",
    "assemble_lifetimes": "lifetimes",
    "compute_observation_ages": "lifetimes",
    "define_lifetimes_by_inactivity": "lifetimes",
}


def __getattr__(name: str) -> object:
    """Import an estimator on first use."""
    if name not in _PLACES:
        raise AttributeError(f"module 'helpers.survival' has no attribute {name!r}")
    attribute = getattr(import_module(f"helpers.survival.{_PLACES[name]}"), name)
    globals()[name] = attribute
    return attribute


def __dir__() -> list[str]:
    """List the public names, including those imported on first use."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
