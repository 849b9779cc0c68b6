"""Intervals, and what several estimates say together.

`Interval` is an estimate that can be asked for other levels. `clopper_pearson`,
`wilson`, `share_interval`, `mean_interval`, `median_interval`, `rate_ratio` and
`success_probability` make it; `combine` pools corpora, `select` guards against many
claims at once, `e_value` says what confounding would take.
"""

from helpers.inference.combine import Combination, combine
from helpers.inference.multiplicity import Selection, p_value, select
from helpers.inference.resampling import (
    mean_interval,
    median_interval,
    rate_ratio,
    share_interval,
)
from helpers.inference.sensitivity import EValue, e_value
from helpers.inference.success import success_probability
from helpers.survival.clusters import Clusters, clusters_by, clusters_of
from helpers.survival.curves.proportion import clopper_pearson, wilson
from helpers.survival.interval import Interval

__all__ = [
    "Clusters",
    "Combination",
    "EValue",
    "Interval",
    "Selection",
    "clopper_pearson",
    "clusters_by",
    "clusters_of",
    "combine",
    "e_value",
    "mean_interval",
    "median_interval",
    "p_value",
    "rate_ratio",
    "select",
    "share_interval",
    "success_probability",
    "wilson",
]
