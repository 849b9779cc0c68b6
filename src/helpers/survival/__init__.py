"""Lifetimes and survival estimates."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.survival.bootstrap import Clusters, choose_clusters
    from helpers.survival.estimates import (
        SurvivalBand,
        estimate_failure_probability,
        estimate_mean_lifetime_ratio,
        estimate_median_lifetime,
        estimate_survival_band,
    )
    from helpers.survival.hazards.cox import fit_cox
    from helpers.survival.hazards.regression import Regression
    from helpers.survival.interval import Interval
    from helpers.survival.kaplan_meier import SurvivalCurve, estimate_survival
    from helpers.survival.lifetimes import (
        Lifetimes,
        Watch,
        assemble_lifetimes,
        compute_observation_ages,
    )

__all__ = [
    "Clusters",
    "Interval",
    "Lifetimes",
    "Regression",
    "SurvivalBand",
    "SurvivalCurve",
    "Watch",
    "assemble_lifetimes",
    "choose_clusters",
    "compute_observation_ages",
    "estimate_failure_probability",
    "estimate_mean_lifetime_ratio",
    "estimate_median_lifetime",
    "estimate_survival",
    "estimate_survival_band",
    "fit_cox",
]

_PLACES = {  # imported on first use: lifetimes alone need no statistics
    "Clusters": "bootstrap",
    "choose_clusters": "bootstrap",
    "estimate_mean_lifetime_ratio": "estimates",
    "SurvivalBand": "estimates",
    "estimate_median_lifetime": "estimates",
    "estimate_survival_band": "estimates",
    "SurvivalCurve": "kaplan_meier",
    "estimate_survival": "kaplan_meier",
    "estimate_failure_probability": "estimates",
    "fit_cox": "hazards.cox",
    "Regression": "hazards.regression",
    "Interval": "interval",
    "Lifetimes": "lifetimes",
    "Watch": "lifetimes",
    "assemble_lifetimes": "lifetimes",
    "compute_observation_ages": "lifetimes",
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
