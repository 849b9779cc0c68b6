"""Scores of predictions: discrimination, error, calibration, net benefit.

References
----------
Steyerberg (2019), Clinical Prediction Models, ch. 15; Vickers and Elkin (2006),
Medical Decision Making 26, 565–574, on net benefit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.arrays import Bools, Floats

FEWEST, FEWEST_OF_EACH = 30, 10  # groups of a source that counts, and per outcome
SLOPES, LARGEST_GAP = (0.80, 1.25), 0.10  # in which a probability may be used
EDGE = 1e-9
NEWTON_STEPS = 50
HALF = 0.5  # above it a group is predicted to live


def compute_auc(alive: Bools, predicted: Floats) -> float:
    """Compute the AUC: how often a living group is ranked above a dead one.

    >>> compute_auc(np.array([True, True, False]), np.array([0.9, 0.4, 0.5]))
    0.5
    """
    positive = int(alive.sum())
    negative = len(alive) - positive
    if not (positive and negative):
        return float("nan")
    ranks = pd.Series(predicted).rank().to_numpy()
    return float(
        (ranks[alive].sum() - positive * (positive + 1) / 2) / (positive * negative)
    )


def fit_calibration_line(alive: Bools, predicted: Floats) -> tuple[float, float]:
    """Fit calibration intercept and slope of predictions on the logit scale.

    A slope of 1 means that predictions are neither too extreme (below 1) nor too
    timid (above). NaN where the predictions do not vary or separate the outcomes.
    """
    x = np.column_stack([np.ones(len(predicted)), _to_logit(predicted)])
    beta = np.zeros(2)
    if np.ptp(x[:, 1]) < EDGE or alive.all() or not alive.any():
        return float("nan"), float("nan")
    for _ in range(NEWTON_STEPS):
        fitted = expit(x @ beta)
        information = (x * (fitted * (1 - fitted))[:, None]).T @ x
        if np.linalg.det(information) < EDGE:
            return float("nan"), float("nan")
        step = np.linalg.solve(information, x.T @ (alive - fitted))
        beta += step
        if np.abs(step).max() < EDGE:
            return float(beta[0]), float(beta[1])
    return float("nan"), float("nan")


def _to_logit(predicted: Floats) -> Floats:
    values: Floats = logit(np.clip(predicted, EDGE, 1 - EDGE))
    return values


def score_predictions(rows: pd.DataFrame, outcome: str = "alive") -> pd.Series[float]:
    """Return AUC, Brier score, accuracy and calibration of predictions.

    Parameters
    ----------
    rows
        With the outcome and ``predicted``.

    Examples
    --------
    >>> rows = pd.DataFrame({"alive": [1, 1, 0, 0], "predicted": [0.8, 0.6, 0.7, 0.1]})
    >>> score_predictions(rows)[["auc", "brier", "accuracy", "gap"]].round(3).tolist()
    [0.75, 0.175, 0.75, 0.05]
    """
    alive = rows[outcome].to_numpy(bool)
    return pd.Series(_score(alive, rows["predicted"].to_numpy(np.float64)))


def _score(alive: Bools, predicted: Floats) -> dict[str, float]:
    return {
        "groups": len(alive),
        "alive": float(alive.sum()),
        "auc": compute_auc(alive, predicted),
        "brier": float(np.mean((predicted - alive) ** 2)),
        "accuracy": float(np.mean((predicted >= HALF) == alive)),
        "slope": fit_calibration_line(alive, predicted)[1],
        "gap": float(np.mean(predicted - alive)),
    }


def bootstrap_scores(
    rows: pd.DataFrame, *, seed: int = 1, draws: int = 999, outcome: str = "alive"
) -> pd.DataFrame:
    """Return 95% bootstrap limits of prediction scores, resampling clusters by source.

    Returns
    -------
    Rows ``low`` and ``high``, columns as in `score_predictions`; percentiles.
    """
    codes = pd.factorize(rows["source"] + " " + rows["cluster"].astype("str"))[0]
    members = [np.flatnonzero(codes == number) for number in range(codes.max() + 1)]
    sources = rows["source"].to_numpy()
    strata = pd.factorize(np.array([sources[part[0]] for part in members]))[0]
    clusters_of = [
        np.flatnonzero(strata == number) for number in range(strata.max() + 1)
    ]
    random = np.random.default_rng(seed)
    alive = rows[outcome].to_numpy(bool)
    predicted = rows["predicted"].to_numpy(np.float64)
    values = []
    for _ in range(draws):
        drawn = [random.choice(part, len(part)) for part in clusters_of]
        index = np.concatenate([members[cluster] for cluster in np.concatenate(drawn)])
        values.append(_score(alive[index], predicted[index]))
    limits = pd.DataFrame(values).quantile([0.025, 0.975])
    return limits.set_axis(["low", "high"])


def tabulate_calibration(
    rows: pd.DataFrame, parts: int = 5, outcome: str = "alive"
) -> pd.DataFrame:
    """Return mean predicted and observed survival in bins of equally many groups."""
    rank = rows["predicted"].rank(method="first") - 1
    part = (rank * parts // max(len(rows), 1)).astype(int)
    by = rows.assign(part=part, observed=rows[outcome].astype(float)).groupby("part")
    table = by.agg(
        groups=("observed", "size"),
        predicted=("predicted", "mean"),
        observed=("observed", "mean"),
    )
    return table.reset_index()


def compute_net_benefit(
    rows: pd.DataFrame, thresholds: Floats, outcome: str = "alive"
) -> pd.DataFrame:
    """Compute the net benefit of intervening in groups above a risk threshold.

    Dead groups that are looked after count 1, living ones minus the threshold's odds;
    divided by all groups. ``all`` looks after every group, nobody gets 0.
    """
    dead = ~rows[outcome].to_numpy(bool)
    risk = 1 - rows["predicted"].to_numpy(np.float64)
    odds = thresholds / (1 - thresholds)
    treated = risk[:, None] >= thresholds
    hits = (treated & dead[:, None]).mean(axis=0)
    misses = (treated & ~dead[:, None]).mean(axis=0)
    return pd.DataFrame(
        {
            "threshold": thresholds,
            "model": hits - odds * misses,
            "all": dead.mean() - odds * (~dead).mean(),
        }
    )


def has_enough_groups(scores: pd.Series[float]) -> bool:
    """Return whether a source has enough groups, alive and dead, to be scored."""
    alive, groups = scores["alive"], scores["groups"]
    return bool(groups >= FEWEST and FEWEST_OF_EACH <= alive <= groups - FEWEST_OF_EACH)


def is_calibrated(scores: pd.Series[float]) -> bool:
    """Return whether calibration slope and mean error of predictions are within bounds.

    >>> is_calibrated(pd.Series({"slope": 0.95, "gap": -0.04}))
    True
    """
    low, high = SLOPES
    return bool(low <= scores["slope"] <= high and abs(scores["gap"]) <= LARGEST_GAP)
