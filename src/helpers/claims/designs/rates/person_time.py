"""Compare event rates over days at risk by a piecewise-constant hazard model.

A Poisson model of events with the log of days as offset: with an effect for each week
it is a proportional-hazards model whose baseline is constant within a week.

References
----------
Holford (1980), Biometrics 36, 299–305; Laird and Olivier (1981), JASA 76, 231–240.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from helpers.arrays import Floats
from helpers.claims.designs.separation import check_counts
from helpers.errors import UndeterminedError
from helpers.survival import Interval
from helpers.survival.interval import Wald

NEAR = 1e-8


def estimate_hazard_ratio(
    rows: pd.DataFrame,
    exposed: pd.Series[bool],
    strata: Sequence[str],
    *,
    events: str,
    days: str = "days",
) -> Interval:
    """Estimate the event hazard ratio of exposed to other days, within strata.

    Rows are cells of days with the same traits. Levels of a stratum without an event
    hold no information on the ratio and are left out.

    Raises
    ------
    UndeterminedError
        If the data do not determine the ratio.
    """
    used = rows.assign(exposed=exposed.astype(float))
    for name in strata:
        n_events = used.groupby(name)[events].transform("sum")
        used = used[n_events > 0]
    dummies = [
        pd.get_dummies(used[name], drop_first=True, dtype=float) for name in strata
    ]
    own = used[["exposed"]].assign(mean=1.0)
    x: Floats = pd.concat([own, *dummies], axis=1).to_numpy(float)
    y: Floats = used[events].to_numpy(float)
    check_counts(y, x)
    offset = np.log(used[days].to_numpy(float))
    fit = GLM(y, x, family=Poisson(), offset=offset).fit(tol=NEAR)
    if not fit.converged:
        raise UndeterminedError("the hazard model did not converge")
    ratio = float(np.exp(fit.params[0]))
    n = int(y.sum())
    return Interval.of(
        ratio,
        Wald(ratio, float(fit.bse[0]), "log"),
        method="piecewise constant hazard",
        n=n,
        clusters=n,
    )
