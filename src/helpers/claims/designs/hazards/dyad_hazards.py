"""Hazard that a tie (repeated exchange) between two members begins or ends."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.errors import UndeterminedError
from helpers.survival import Clusters, Interval
from helpers.survival.interval import Wald
from helpers.wording import say

HOPELESS = 10.0  # of a log ratio: one side has no event at all


def build_ties(
    evidence: Evidence, event: str, exposed: pd.Series[float]
) -> pd.DataFrame:
    """Build one row per tie (pair of members) and time span, with group exposure."""
    rows = evidence.table("ties")
    rows = rows[rows["event"].eq(event) & rows["at_risk"].gt(0)]
    spans = rows.assign(exposure=rows["group"].map(exposed))
    return spans.dropna(subset="exposure").reset_index(drop=True)


def estimate_pair_hazard_ratio(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    """Estimate the hazard ratio of a pair's tie ending, exposed versus other groups.

    Parameters
    ----------
    rows
        ``group, from_day, at_risk, happened, exposure``.

    Raises
    ------
    UndeterminedError
        If the spans do not determine the ratio.
    """
    return fit_counted_hazard_ratio(
        rows["happened"], rows["at_risk"], rows["exposure"], rows["from_day"],
        choose_clusters_for(evidence, rows["group"]),
    )  # fmt: skip


def fit_counted_hazard_ratio(
    happened: npt.ArrayLike,
    at_risk: npt.ArrayLike,
    exposure: npt.ArrayLike,
    span: npt.ArrayLike,
    clusters: Clusters,
) -> Interval:
    """Estimate a hazard ratio from counts of events and of pairs at risk.

    A complementary log-log regression with a hazard of its own for each span; spans in
    which nothing happened say nothing.

    Parameters
    ----------
    happened, at_risk, exposure, span : shape (n,)

    Raises
    ------
    UndeterminedError
        If the counts do not determine the ratio.

    References
    ----------
    Prentice and Gloeckler (1978), Biometrics 34, 57–67.
    """
    events, risk = np.asarray(happened, float), np.asarray(at_risk, float)
    spans = pd.get_dummies(np.asarray(span), dtype=float).to_numpy()
    spans = spans[:, events @ spans > 0]
    has_events = spans.sum(axis=1) > 0
    design = np.column_stack([np.asarray(exposure, float), spans])[has_events]
    counts = np.column_stack([events, risk - events])[has_events]
    family = Binomial(link=CLogLog())
    with warnings.catch_warnings():  # met by the error below
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = GLM(counts, design, family=family).fit(
            cov_type="cluster", cov_kwds={"groups": clusters.codes[has_events]}
        )
    value, error = float(fit.params[0]), float(fit.bse[0])
    if not (abs(value) < HOPELESS and 0 < error < HOPELESS):  # false for nan
        raise UndeterminedError(
            say("the data do not determine the ratio"), where="pairs"
        )
    ratio, k = float(np.exp(value)), clusters.count
    return Interval.of(
        ratio, Wald(ratio, error, "log", k - 1),
        method=f"cloglog of counts, {k} clusters, t({k - 1})", n=int(has_events.sum()),
        clusters=k,
    )  # fmt: skip
