"""Intervals planted for rules to decide on."""

import math

from helpers.survival.interval import Interval, Wald


def fixed(low, estimate, high):
    """Return an interval whose limits are these at every level."""
    return Interval(estimate, low, high, 0.95, "planted", 99, 99)


def around(estimate, se, scale="log", *, df=math.inf, n=99):
    """Return an interval around an estimate with an error on a scale."""
    rule = Wald(estimate, se, scale, df)
    return Interval.of(estimate, rule, method="planted", n=n, clusters=n)
