"""E-value: how strong unmeasured confounding must be to explain a ratio away."""

from __future__ import annotations

import math
from typing import NamedTuple

from helpers.survival.interval import Interval


class EValue(NamedTuple):
    """E-values of an estimate and of its confidence limit nearer to 1.

    Attributes
    ----------
    estimate, limit
        To move the estimate, and the limit nearer to 1, to 1.
    """

    estimate: float
    limit: float


def compute_e_value(ratio: Interval, *, common: bool) -> EValue:
    """Compute the E-value of a hazard ratio (VanderWeele and Ding).

    Parameters
    ----------
    ratio
        Hazard ratio, exposed over unexposed.
    common
        Whether more than about 15 % end; the hazard ratio is then first turned into
        an approximate risk ratio.

    References
    ----------
    VanderWeele and Ding (2017), Ann. Intern. Med. 167, 268–274.

    Examples
    --------
    >>> from helpers.survival.interval import Interval, Wald
    >>> rule = Wald(3.9, se=0.3948, scale="log")  # 1.8 to 8.46: their example
    >>> ratio = Interval.of(3.9, rule, method="", n=1, clusters=1)
    >>> [round(value, 1) for value in compute_e_value(ratio, common=False)]
    [7.3, 3.0]
    """
    crosses = ratio.low <= 1 <= ratio.high
    nearer = ratio.low if ratio.estimate > 1 else ratio.high
    return EValue(
        _compute_strength(ratio.estimate, common=common),
        1.0 if crosses else _compute_strength(nearer, common=common),
    )


def _compute_strength(hazard_ratio: float, *, common: bool) -> float:
    if hazard_ratio == 0:  # nothing ended among the exposed
        return math.inf
    ratio = max(hazard_ratio, 1 / hazard_ratio)
    if common:
        ratio = (1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio))
    return ratio + math.sqrt(ratio * (ratio - 1))
