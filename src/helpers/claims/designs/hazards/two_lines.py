"""Two-line test of a U-shaped hazard: falling below a breakpoint, rising above.

References
----------
Simonsohn (2018), Two Lines, AMPPS 1, 538–555.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards.landmark_codings import fit_cox_model
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval

CENTRAL = (0.2, 0.8)
TWO = 2  # values make a slope


def find_bottom(data: pd.DataFrame, known: Sequence[str]) -> float:
    """Find the exposure at which a quadratic Cox model has its lowest hazard.

    Two different values at the least stay below it, and two from it on: a dose that
    half of the groups lack has no slope below its first step.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    known
        Columns that are adjusted for.
    """
    x = data["exposure"]
    table = pd.DataFrame({"x": x, "square": x**2}).join(data[list(known)])
    fit = fit_cox_model(data, table)
    line, square = (fit[name].ratio.on_scale("log")[0] for name in ("x", "square"))
    low, high = x.quantile(list(CENTRAL))
    values = np.unique(x)
    if len(values) < 2 * TWO:
        raise NotIdentifiableError(f"{len(values)} doses have no two lines")
    at = -line / (2 * square) if square > 0 else float(x.median())
    return float(np.clip(at, max(low, values[TWO]), min(high, values[-TWO])))


def estimate_two_lines(
    data: pd.DataFrame, known: Sequence[str], at: float
) -> tuple[Interval, Interval]:
    """Estimate the hazard ratios per unit of exposure below and above a breakpoint.

    The lines need not meet: beyond the break there may be a step.
    """
    x = data["exposure"] - at
    if min(x[x < 0].nunique(), x[x >= 0].nunique()) < TWO:
        raise NotIdentifiableError("there is no slope on one side of the break")
    parts = {"low": x.clip(upper=0), "high": x.clip(lower=0), "above": x.ge(0)}
    table = pd.DataFrame(parts).astype("float64").join(data[list(known)])
    fit = fit_cox_model(data, table)
    return fit["low"].ratio, fit["high"].ratio
