"""Scales on which estimates are pooled (log, logit, …), and effects on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import stats

from helpers.claims.contract.card import Measure, Of
from helpers.claims.rules.interval_rules import Rule
from helpers.claims.rules.multi_estimate_rules import TraitsCohere
from helpers.prose import HasLimits
from helpers.survival.interval import SCALES, Interval, ScaleName, Wald

SCALE_OF: Mapping[Of, ScaleName] = {
    "share": "logit",
    "ratio": "log",
    "days": "log",
    "points": "identity",
    "difference": "identity",
    "number": "identity",
}
REACH = float(stats.norm.ppf(0.975))


class Effect(NamedTuple):
    """An estimate and its standard error on the scale used for pooling."""

    value: float
    se: float

    def to_interval(self, scale: ScaleName, n: int, method: str) -> Interval:
        """Convert a pooled effect to an estimate with Wald limits on its own scale."""
        estimate = float(SCALES[scale].inverse(np.float64(self.value)))
        rule = Wald(estimate, self.se, scale)
        return Interval.of(estimate, rule, method=method, n=n, clusters=1)


def scale_of(measure: Measure, rule: Rule) -> ScaleName:
    """Return the scale, such as log or logit, on which estimates are pooled.

    Examples
    --------
    >>> from helpers.claims.contract.card import get_card
    >>> from helpers.claims.fixed.register import get_claim, get_rule
    >>> name = "s0-three-month-death"
    >>> scale_of(get_card(name).components[0], get_rule(get_claim(name)))
    'logit'
    """
    if isinstance(rule, TraitsCohere):
        return "fisher"
    counts_things = measure.of == "number" and measure.more == "many"
    return "log" if counts_things else SCALE_OF[measure.of]


def to_effect(span: HasLimits, scale: ScaleName, n: int) -> Effect | None:
    """Convert an estimate and 95 % interval to effect and error on a pooling scale.

    Parameters
    ----------
    span
        An estimate of `n` units with its limits. Those of a share are kept half a unit
        away from 0 and 1; a share without an interval, which is a census, has the
        error of a sample of this size.

    Returns
    -------
    Effect or None
        None where the interval has no finite width on the scale, or none at all.

    Examples
    --------
    >>> from helpers.claims.contract.finding import Range
    >>> share = to_effect(Range(0.5, 0.4, 0.6), "logit", 100)
    >>> round(share.value, 3), round(share.se, 3)
    (0.0, 0.207)
    >>> to_effect(Range(1.2, 0.0, 4.0), "log", 100) is None
    True
    """
    values, units = np.array([span.estimate, span.low, span.high]), max(n, 1)
    if scale == "logit":
        half = 0.5 / units
        values = np.clip(values, half, 1 - half)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, low, high = SCALES[scale].forward(values).tolist()
    se = (high - low) / (2 * REACH)
    if scale == "logit" and span.low == span.high:
        se = 1 / math.sqrt(units * values[0] * (1 - values[0]))
    usable = math.isfinite(centre) and math.isfinite(se) and se > 0
    return Effect(centre, se) if usable else None
