"""Confidence intervals for shares, means, medians and rates.

`compute_exact_interval`, `compute_wilson_interval` and the estimators make `Interval`s.
"""

from helpers.inference.resampling import (
    estimate_mean,
    estimate_median,
    estimate_rate_ratio,
    estimate_share,
    estimate_success_probability,
)
from helpers.survival.bootstrap import Clusters, choose_clusters, cluster_by_label
from helpers.survival.curves.proportion import (
    compute_exact_interval,
    compute_wilson_interval,
)
from helpers.survival.interval import Interval

__all__ = [
    "Clusters",
    "Interval",
    "choose_clusters",
    "cluster_by_label",
    "compute_exact_interval",
    "compute_wilson_interval",
    "estimate_mean",
    "estimate_median",
    "estimate_rate_ratio",
    "estimate_share",
    "estimate_success_probability",
]
