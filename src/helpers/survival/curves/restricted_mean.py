"""Restricted mean lifetime: the area under the survival curve up to a horizon."""

from __future__ import annotations

import numpy as np

from helpers.survival.curves.kaplan_meier import SurvivalCurve
from helpers.survival.interval import Interval, Wald


def compute_restricted_mean(curve: SurvivalCurve, horizon: float) -> Interval:
    """Compute the restricted mean lifetime with its Greenwood standard error.

    The variance weighs Greenwood's terms with the area still to come. It is not
    the variance of min(lifetime, horizon), which some libraries return under
    that name. A curve that starts later is counted from its start.

    Raises
    ------
    NotIdentifiableError
        If nobody was watched up to the horizon.

    References
    ----------
    Andersen, Hansen and Klein (2004), Lifetime Data Analysis 10, 335–350.

    Examples
    --------
    >>> from helpers.survival import estimate_survival
    >>> mean = compute_restricted_mean(estimate_survival([1, 2, 3], [True] * 3), 3.0)
    >>> mean.estimate, round(mean.se, 4)
    (2.0, 0.4714)
    """
    curve.at(horizon)
    within = curve.times < horizon
    widths = np.diff(np.append(curve.times[within], horizon))
    pieces = curve.survival[within] * widths
    to_come = np.cumsum(pieces[::-1])[::-1]  # area from each time to the horizon
    with np.errstate(invalid="ignore"):  # Greenwood's sum stays infinite once S is 0
        step = np.diff(curve.log_variance[within], prepend=0.0)
    finite = np.isfinite(step)
    variance = float(np.sum(to_come[finite] ** 2 * step[finite]))
    estimate = float(to_come[0])
    rule = Wald(estimate, variance**0.5, "identity", bounds=(0.0, horizon))
    n = round(curve.n)
    return Interval.of(estimate, rule, method="Greenwood area", n=n, clusters=n)
