"""Statistics of single claims that no shared design covers.

References
----------
Simonsohn (2018), Two Lines, AMPPS 1, 538–555: falling below a break, rising above it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards import drop_constant
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, Regression, choose_clusters, fit_cox

CENTRAL = (0.2, 0.8)
TWO = 2  # values make a slope


def find_bottom(data: pd.DataFrame, known: Sequence[str]) -> float:
    """Find the exposure at which a quadratic Cox model has its lowest hazard.

    Two different values at the least stay below it, and two from it on.

    Parameters
    ----------
    data
        Groups at risk: ``duration, ended, entry, network, batch, exposure``.
    known
        Columns that are adjusted for.
    """
    x = data["exposure"]
    table = pd.DataFrame({"x": x, "square": x**2}).join(data[list(known)])
    fit = _fit(data, table)
    line, square = (fit[name].ratio.on_scale("log")[0] for name in ("x", "square"))
    values = np.unique(x)
    if len(values) < 2 * TWO:
        raise NotIdentifiableError(f"{len(values)} doses have no two lines")
    low, high = x.quantile(list(CENTRAL))
    at = -line / (2 * square) if square > 0 else float(x.median())
    return float(np.clip(at, max(low, values[TWO]), min(high, values[-TWO])))


def estimate_two_lines(
    data: pd.DataFrame, known: Sequence[str], at: float
) -> tuple[Interval, Interval]:
    """Estimate the hazard ratios per unit of exposure below and above a break.

    The lines need not meet: at the break there may be a step.
    """
    x = data["exposure"] - at
    if min(x[x < 0].nunique(), x[x >= 0].nunique()) < TWO:
        raise NotIdentifiableError("there is no slope on one side of the break")
    parts = {"low": x.clip(upper=0), "high": x.clip(lower=0), "above": x.ge(0)}
    table = pd.DataFrame(parts).astype("float64").join(data[list(known)])
    fit = _fit(data, table)
    return fit["low"].ratio, fit["high"].ratio


def _fit(data: pd.DataFrame, exposures: pd.DataFrame) -> Regression:
    return fit_cox(
        data["duration"],
        data["ended"],
        drop_constant(exposures),
        entry=data["entry"],
        cluster=choose_clusters(data["network"], data["batch"]).codes,
    )
