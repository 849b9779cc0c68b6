"""Compare two arms of groups or members: differences and ratios of means.

Whole clusters are drawn for both arms at once, so what a network shares cancels.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.sm_exceptions import (
    PerfectSeparationError,
    PerfectSeparationWarning,
)
from statsmodels.tools.tools import add_constant

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.separation import check_choices, check_columns
from helpers.claims.quantities.deaths import SEED
from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.inference import cluster_by_label
from helpers.inference.labels import Share, estimate_share_difference
from helpers.records import DAY_US, WEEK_DAYS
from helpers.small_counts import People
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.survival.interval import ScaleName, Wald
from helpers.wording import say

HOPELESS_SE = 10.0  # of a log ratio: a cell is all but empty


def choose_clusters_for(evidence: Evidence, group: pd.Series[int]) -> Clusters:
    """Return the bootstrap cluster of each row, given the row's group id.

    Raises
    ------
    NotIdentifiableError
        If there is no row, or there are too few networks for one interval.
    """
    groups = evidence.groups[evidence.groups["group"].isin(group)]
    if groups.empty:
        raise NotIdentifiableError(say("there is no group"), where="clusters")
    group_clusters = choose_clusters(groups["network"], groups["batch"])
    codes = pd.Series(group_clusters.codes, groups["group"])
    return Clusters(
        group.map(codes).to_numpy(), group_clusters.count, group_clusters.kind
    )


def list_networks_and_batches(
    evidence: Evidence, group: pd.Series[int]
) -> tuple[pd.Series[str], pd.Series[str]]:
    """Return the network and founding batch (week) of each row's group."""
    rows = evidence.groups[evidence.groups["group"].isin(group)]
    return rows["network"], rows["batch"]


def select_groups_with_values(
    evidence: Evidence, **columns: pd.Series[float] | pd.Series[int]
) -> pd.DataFrame:
    """Select groups without missing values in each of given columns."""
    groups = evidence.groups.set_index("group", drop=False)[
        ["group", "network", "batch"]
    ]
    rows = groups.join(pd.DataFrame(columns), how="inner").dropna(subset=list(columns))
    return rows.reset_index(drop=True)


def require_both_sides(
    exposed: npt.ArrayLike, least: int = gates.LEAST_IN_ARM, what: str = "groups"
) -> gates.Gate:
    """Check that each of two arms has at least `least` units, such as groups.

    >>> require_both_sides([1.0] * 30 + [0.0] * 29).detail
    '30 groups exposed and 29 not, 30 needed in each'
    """
    side = np.asarray(exposed, bool)
    count = People if what == "people" else int
    arm_sizes = count(side.sum()), count((~side).sum())
    detail = say(
        "{exposed} {units} exposed and {others} not, {least} needed in each",
        exposed=arm_sizes[0],
        units=what,
        others=arm_sizes[1],
        least=least,
    )
    return gates.Gate("arms", min(arm_sizes) >= least, detail)


def estimate_difference(
    values: npt.ArrayLike,
    exposed: npt.ArrayLike,
    clusters: Clusters,
    exposure: npt.ArrayLike | None = None,
) -> Interval:
    """Estimate the difference of means (or rates per `exposure`) of two arms."""
    return _estimate_contrast(values, exposed, clusters, "identity", exposure)


def estimate_mean_ratio(
    values: npt.ArrayLike,
    exposed: npt.ArrayLike,
    clusters: Clusters,
    exposure: npt.ArrayLike | None = None,
) -> Interval:
    """Estimate the ratio of means (or rates per `exposure`) of two arms."""
    return _estimate_contrast(values, exposed, clusters, "log", exposure)


def _estimate_contrast(
    values: npt.ArrayLike,
    exposed: npt.ArrayLike,
    clusters: Clusters,
    scale: ScaleName,
    exposure: npt.ArrayLike | None,
) -> Interval:
    y, side = np.asarray(values, np.float64), np.asarray(exposed, np.float64)
    denominators = (
        np.ones(len(y)) if exposure is None else np.asarray(exposure, np.float64)
    )
    table = np.column_stack(
        [y * side, denominators * side, y * (1 - side), denominators * (1 - side)]
    )

    def statistic(weights: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            top, base, other, other_base = (weights @ table).T
            first, two = top / base, other / other_base
            contrast: Floats = first / two if scale == "log" else first - two
        return contrast

    return bootstrap_statistic(statistic, clusters, scale, seed=SEED)


def estimate_adjusted_difference(
    values: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Interval:
    """Estimate the coefficient of the first exposure in linear regression.

    Parameters
    ----------
    values : shape (n,)
    exposures : shape (n, coefficients)
        The exposure of interest first; a constant is added.

    Raises
    ------
    UndeterminedError
        If the data do not determine it.

    Examples
    --------
    >>> from helpers.inference import cluster_by_label
    >>> x = pd.DataFrame({"x": [1.0, 0.0] * 10})
    >>> round(
    ...     estimate_adjusted_difference(
    ...         [3, 1, 5, 1] * 5, x, cluster_by_label(range(20))
    ...     ).estimate
    ... )
    3
    """
    varies = exposures.max() > exposures.min()
    varies.iloc[0] = True
    x = exposures.loc[:, varies].to_numpy(np.float64)
    design = add_constant(x, has_constant="add")
    check_columns(design)
    fit = OLS(np.asarray(values, np.float64), design).fit(
        cov_type="cluster", cov_kwds={"groups": clusters.codes}
    )
    value, error = float(fit.params[1]), float(fit.bse[1])
    if not (np.isfinite(value) and error > 0):
        raise UndeterminedError(
            say("the data do not determine it"), where="linear model"
        )
    k = clusters.count
    return Interval.of(
        value, Wald(value, error, "identity", k - 1),
        method=f"linear, {k} clusters, t({k - 1})", n=len(design), clusters=k,
    )  # fmt: skip


def estimate_arm_difference(share: Share, exposed: np.ndarray) -> Interval:
    """Estimate the difference of two arms in a label's share of their messages."""
    first, other = (
        Share(share.total * side, share.messages * side, share.clusters, share.labels)
        for side in (exposed, 1 - exposed)
    )
    return estimate_share_difference(first, other)


def cluster_by_group_week(rows: pd.DataFrame) -> Clusters:
    """Return cluster ids that join all events of one group in one week."""
    week = (rows["time_us"] // (WEEK_DAYS * DAY_US)).astype("str")
    return cluster_by_label(rows["group"].astype("str") + "/" + week)


def estimate_odds_ratio(
    outcome: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Interval:
    """Estimate the odds ratio of the first exposure by logistic regression.

    Parameters
    ----------
    outcome : shape (n,)
        Yes or no.
    exposures : shape (n, coefficients)
        The exposure of interest first; a constant is added.

    Raises
    ------
    UndeterminedError
        If an exposure divides yes from no.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.inference import cluster_by_label
    >>> x = pd.DataFrame({"x": [1.0] * 20 + [0.0] * 20})
    >>> y = [True] * 10 + [False] * 10 + [True] * 5 + [False] * 15
    >>> round(estimate_odds_ratio(y, x, cluster_by_label(range(40))).estimate, 6)
    3.0
    """
    design = add_constant(exposures.to_numpy(np.float64), has_constant="add")
    check_choices(np.asarray(outcome, bool), design)
    model = GLM(np.asarray(outcome, float), design, Binomial())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PerfectSeparationWarning)
            fit = model.fit(cov_type="cluster", cov_kwds={"groups": clusters.codes})
    except (PerfectSeparationError, PerfectSeparationWarning) as error:
        raise _make_undetermined_error() from error
    value, error_ = float(fit.params[1]), float(fit.bse[1])
    if not (np.isfinite(value) and 0 < error_ < HOPELESS_SE):
        raise _make_undetermined_error()
    ratio, k = float(np.exp(value)), clusters.count
    return Interval.of(
        ratio, Wald(ratio, error_, "log", k - 1),
        method=f"logistic, {k} clusters, t({k - 1})", n=len(design), clusters=k,
    )  # fmt: skip


def _make_undetermined_error() -> UndeterminedError:
    return UndeterminedError(
        say("the data do not determine the odds"), where="logistic"
    )
