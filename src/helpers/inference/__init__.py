"""Confidence intervals for shares, means, medians and rates.

`Interval` is an estimate that can be asked for other levels. `compute_exact_interval`,
`compute_wilson_interval`, `estimate_share`, `estimate_mean`, `estimate_median`,
`estimate_rate_ratio` and `estimate_success_probability` make it.
"""

from helpers.inference.resampling import (
    estimate_mean,
    estimate_median,
    estimate_rate_ratio,
    estimate_share,
)
from helpers.inference.success import estimate_success_probability
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
