"""Confidence intervals for shares, means and rates, and combination of estimates.

`Interval` is an estimate that can be asked for other levels. `compute_exact_interval`,
`compute_wilson_interval`, `estimate_share`, `estimate_mean`, `estimate_median`,
`estimate_rate_ratio` and
`estimate_success_probability` make it; `combine_estimates` pools corpora,
`correct_share` takes a
classifier's errors out of a share, `select_tests` guards against many claims at
once, `compute_e_value` says what confounding would take.
"""

from helpers.inference.combine import Combination, combine_estimates
from helpers.inference.misclassification import Rate, correct_share
from helpers.inference.multiplicity import (
    Selection,
    compute_p_value,
    select_tests,
)
from helpers.inference.resampling import (
    estimate_mean,
    estimate_median,
    estimate_rate_ratio,
    estimate_share,
)
from helpers.inference.sensitivity import EValue, compute_e_value
from helpers.inference.success import estimate_success_probability
from helpers.survival.bootstrap import Clusters, choose_clusters, cluster_by_label
from helpers.survival.curves.proportion import (
    compute_exact_interval,
    compute_wilson_interval,
)
from helpers.survival.interval import Interval

__all__ = [
    "Clusters",
    "Combination",
    "EValue",
    "Interval",
    "Rate",
    "Selection",
    "choose_clusters",
    "cluster_by_label",
    "combine_estimates",
    "compute_e_value",
    "compute_exact_interval",
    "compute_p_value",
    "compute_wilson_interval",
    "correct_share",
    "estimate_mean",
    "estimate_median",
    "estimate_rate_ratio",
    "estimate_share",
    "estimate_success_probability",
    "select_tests",
]
