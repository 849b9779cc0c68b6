"""Cox's proportional hazards, fitted by statsmodels, with clusters and late entry."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from helpers.errors import NotIdentifiableError
from helpers.survival.kaplan_meier import checked_lifetimes
from helpers.survival.regression import Regression, coefficients

if TYPE_CHECKING:
    import numpy.typing as npt

    from helpers.survival.curve import Floats
    from helpers.survival.lifetimes import Bools

__all__ = ["Ties", "cox"]

Ties = Literal["efron", "breslow"]


def cox(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    exposures: pd.DataFrame,
    *,
    entry: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    ties: Ties = "efron",
    level: float = 0.95,
) -> Regression:
    """Fit a proportional hazards model.

    A row is a stretch (entry, duration] of one group's life with its exposures in
    that stretch, so that exposures may change with time. Do not read absolute risks
    from hazard ratios.

    Parameters
    ----------
    durations, ended, entry : shape (rows,)
        As `kaplan_meier` takes them.
    exposures : shape (rows, coefficients)
        Numbers, in named columns.
    cluster : shape (rows,)
        What is dependent: networks, or groups with several rows. Standard errors
        are then the sandwich's times K/(K − 1), with t(K − 1).

    Raises
    ------
    NotIdentifiableError
        If nothing ended, or an exposure's effect is not determined.
    ShequnError
        As `kaplan_meier`.

    References
    ----------
    Cox (1972), JRSS B 34, 187–220; Efron (1977), JASA 72, 557–565; Lin and Wei
    (1989), JASA 84, 1074–1078.

    Examples
    --------
    >>> fit = cox([1, 1, 6, 6, 8, 9], [1, 0, 1, 1, 0, 1],
    ...           pd.DataFrame({"x": [1, 1, 1, 0, 0, 0]}), ties="breslow")
    >>> round(fit["x"].ratio.on_scale("log")[0], 6)  # log(1.5 + √33 / 2)
    1.475285
    """  # fmt: skip
    exits, ends, start = checked_lifetimes(durations, ended, entry)
    if not ends.any():
        raise NotIdentifiableError("nothing ended", where="Cox regression")
    stretches = _ranked(exits, ends, start)
    x = exposures.to_numpy(np.float64)
    centred = pd.DataFrame(x - x.mean(axis=0), columns=exposures.columns)
    values, covariance, likelihood = _fit(stretches, centred, ties)
    units = _units(cluster, len(x))
    if cluster is not None:
        scores = _score_residuals(stretches, centred.to_numpy(), values, ties)
        covariance = _sandwich(covariance, scores, units)
    k = int(units.max()) + 1
    method = "Cox" if cluster is None else f"Cox, {k} clusters, t({k - 1})"
    found = coefficients(
        exposures, ends, values, covariance,
        method=method, units=units, clustered=cluster is not None, level=level,
    )  # fmt: skip
    return Regression(found, len(x), int(ends.sum()), likelihood)


class _Stretches(NamedTuple):
    exits: Floats
    ended: Bools
    entry: Floats


def _ranked(exits: Floats, ended: Bools, start: Floats) -> _Stretches:
    """Replace times by ranks: only their order matters to the partial likelihood.

    statsmodels takes who enters at an event for at risk in it; half a rank later
    that is undone, however close two times are.
    """
    times = np.unique(np.concatenate([start, exits]))
    entry = np.where(start > 0, np.searchsorted(times, start) + 1.5, 0.0)
    ranks = (np.searchsorted(times, exits) + 1).astype(np.float64)
    return _Stretches(ranks, ended, entry)


def _fit(rows: _Stretches, x: pd.DataFrame, ties: Ties) -> tuple[Floats, Floats, float]:
    model = PHReg(
        rows.exits, x.to_numpy(), status=rows.ended, entry=rows.entry, ties=ties
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            result = model.fit(disp=0)
        except (ConvergenceWarning, np.linalg.LinAlgError) as error:
            raise NotIdentifiableError(
                "the model could not be fitted",
                where=f"Cox regression on {', '.join(x.columns)}",
                remedy="an exposure may not vary, or divide ends from survivors",
            ) from error
    covariance = np.linalg.pinv(-model.hessian(result.params))
    return result.params, covariance, float(model.loglike(result.params))


def _units(cluster: npt.ArrayLike | None, rows: int) -> npt.NDArray[np.intp]:
    if cluster is None:
        return np.arange(rows)
    return pd.factorize(np.asarray(cluster, object))[0]


def _sandwich(bread: Floats, scores: Floats, units: npt.NDArray[np.intp]) -> Floats:
    k = int(units.max()) + 1
    sums = np.zeros((k, scores.shape[1]))
    np.add.at(sums, units, scores)
    covariance: Floats = bread @ (sums.T @ sums) @ bread * k / (k - 1)
    return covariance


def _score_residuals(rows: _Stretches, x: Floats, beta: Floats, ties: Ties) -> Floats:
    """Return each row's share in the score, shape (rows, coefficients).

    statsmodels has Breslow's only, and not a number for rows at no event. Under
    Efron's rule d ends at one time are d steps, in which those ending weigh less
    and less.
    """
    risk = np.exp(x @ beta)
    total = np.zeros((len(x), 1 + x.shape[1]))  # integrals of the hazard and of x̄
    scores = np.zeros_like(x)
    for time in np.unique(rows.exits[rows.ended]):
        at_risk = (rows.entry < time) & (rows.exits >= time)
        dying = rows.ended & (rows.exits == time)
        d = int(dying.sum())
        fading = np.arange(d) / d if ties == "efron" else np.zeros(d)
        both = np.column_stack([risk, risk[:, None] * x])
        sums = both[at_risk].sum(axis=0) - fading[:, None] * both[dying].sum(axis=0)
        mean, hazard = sums[:, 1:] / sums[:, :1], 1 / sums[:, 0]
        total[at_risk, 0] += hazard.sum()
        total[at_risk, 1:] += hazard @ mean
        lighter = fading * hazard  # what those ending were spared
        total[dying, 0] -= lighter.sum()
        total[dying, 1:] -= lighter @ mean
        scores[dying] += x[dying] - mean.mean(axis=0)
    scores -= risk[:, None] * (x * total[:, :1] - total[:, 1:])
    return scores
