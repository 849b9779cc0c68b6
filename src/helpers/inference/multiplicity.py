"""Multiple testing: false discovery rate, and intervals of selected claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from statsmodels.stats.multitest import multipletests

from helpers.survival.interval import Interval

STEPS = 60  # halvings of (0, 1)
USUAL = 0.95  # level of the intervals that decide


@dataclass(frozen=True, slots=True)
class Selection:
    """Estimates significant at a false discovery rate, with p-values and intervals.

    Attributes
    ----------
    p_values, adjusted
        Two-sided, and adjusted by Benjamini and Hochberg.
    selected
        Whether the adjusted p value is at most q.
    level
        Level of intervals that keep the false coverage rate of the selected at q, or
        0.95 where that is more.
    intervals
        All intervals at that level.
    """

    p_values: tuple[float, ...]
    adjusted: tuple[float, ...]
    selected: tuple[bool, ...]
    level: float
    intervals: tuple[Interval, ...]


def compute_p_value(interval: Interval, threshold: float) -> float:
    """Return the two-sided p-value of a null value from the interval's limits.

    Examples
    --------
    >>> from helpers.inference import compute_exact_interval
    >>> round(
    ...     compute_p_value(compute_exact_interval(5, 100), 0.112835), 3
    ... )  # the upper 95 % limit
    0.05
    """
    inside, outside = 1.0, 0.0
    if interval.estimate == threshold or np.isnan([interval.low, interval.high]).any():
        return 1.0  # an interval without limits excludes nothing
    for _ in range(STEPS):
        level = (inside + outside) / 2
        wider = interval.at_level(level)
        if wider.low <= threshold <= wider.high:
            inside = level
        else:
            outside = level
    return 1 - inside


def select_tests(
    p_values: Sequence[float], intervals: Sequence[Interval], *, q: float = 0.10
) -> Selection:
    """Select tests by Benjamini and Hochberg with FDR at most `q`.

    The intervals keep the false coverage rate at `q` and are never narrower than at
    95 %, the level that decides.

    Parameters
    ----------
    p_values, intervals
        Of each test in a family, and of the estimate that was tested, in one order.
    """
    selected, adjusted, *_ = multipletests(p_values, alpha=q, method="fdr_bh")
    level = max(USUAL, 1 - q * max(int(np.sum(selected)), 1) / len(p_values))
    return Selection(
        tuple(p_values),
        tuple(adjusted.tolist()),
        tuple(selected.tolist()),
        level,
        tuple(interval.at_level(level) for interval in intervals),
    )
