"""Intervals, and what several estimates say together.

`Interval` is an estimate that can be asked for other levels; `clopper_pearson` and
`wilson` make it from counts.
"""

from helpers.survival.interval import Interval
from helpers.survival.proportion import clopper_pearson, wilson

__all__ = ["Interval", "clopper_pearson", "wilson"]
