"""Test whether the hazard ratios of Cox's model are constant over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.arrays import Floats
from helpers.errors import ShequnError
from helpers.survival.curves.kaplan_meier import estimate_survival
from helpers.survival.hazards.partial_likelihood import PartialLikelihood

ALL = "(all)"


def _transform_by_survival(model: PartialLikelihood, times: Floats) -> Floats:
    """Return the Kaplan–Meier share of ended lifetimes just before each time."""
    curve = estimate_survival(
        model.exits, model.ended, np.maximum(model.entry, 0.0), model.weights
    )
    before = np.searchsorted(curve.times, times) - 1
    survival: Floats = np.where(before < 0, 1.0, curve.survival[before])
    return 1 - survival


TRANSFORMS: Mapping[str, Callable[[PartialLikelihood, Floats], Floats]] = {
    "km": _transform_by_survival,
    "rank": lambda _, times: np.asarray(stats.rankdata(times), np.float64),
    "log": lambda _, times: np.log(times),
    "identity": lambda _, times: times,
}


@dataclass(frozen=True, eq=False)
class ResidualTest:
    """Schoenfeld residual test of whether Cox hazard ratios change with time.

    Attributes
    ----------
    model, beta
        The likelihood and its maximum.
    names
        The exposures.
    """

    model: PartialLikelihood
    beta: Floats
    names: tuple[str, ...]

    def test(self, transform: str) -> pd.DataFrame:
        """Return ``chi2, df, p`` per exposure, and for all of them together."""
        if transform not in TRANSFORMS:
            raise ShequnError(
                f"there is no function of time {transform!r}",
                remedy=f"use one of {', '.join(TRANSFORMS)}",
            )
        times, residuals, variances = self.model.residuals(self.beta)
        g = TRANSFORMS[transform](self.model, times)
        g = g - g.mean()
        score = g @ residuals
        plain = variances.sum(axis=0)
        crossed = np.einsum("i,ijk->jk", g, variances)
        squared = np.einsum("i,ijk->jk", g**2, variances)
        rows = {
            name: _compute_statistic(score, plain, crossed, squared, [nth])
            for nth, name in enumerate(self.names)
        }
        every = list(range(len(self.names)))
        rows[ALL] = _compute_statistic(score, plain, crossed, squared, every)
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["chi2", "df"])
        table["p"] = stats.chi2.sf(table["chi2"], table["df"])
        return table.rename_axis("exposure")


def _compute_statistic(
    score: Floats, plain: Floats, crossed: Floats, squared: Floats, which: list[int]
) -> tuple[float, int]:
    """Return the chi-square test of chosen time interactions, with its df."""
    u = score[which]
    between = crossed[which]
    information = squared[np.ix_(which, which)] - between @ np.linalg.solve(
        plain, between.T
    )
    return float(u @ np.linalg.solve(information, u)), len(which)
