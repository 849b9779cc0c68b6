"""Compare how well content, size and core members predict next month's activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Sets, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.regression_calibration import Talk
from helpers.claims.designs.importance.dominance import enclose_estimate
from helpers.claims.designs.importance.shapley import NEAR, compute_shapley
from helpers.claims.quantities.death_definitions import SEED
from helpers.claims.quantities.unsampled_intervals import count_exactly, enclose_bounds
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.survival.bootstrap import cluster_weights, keep_finite

SAMPLES, STEPS, CLOSE = 200, 50, 1e-8
FAMILIES = ("content", "size", "core")
SETS: Sets = {
    "lag": {"next month": 1, "two months on": 2},
    "core": {"8 of 28 days": "core_8", "4 of 28 days": "core_4"},
    "corrected": {"corrected by labels": True, "instrument alone": False},
}


@dataclass(frozen=True, eq=False)
class _Months:
    """Group-months with labelled content, and messages of later months."""

    evidence: Evidence
    talk: Talk

    def rows(self, lag: int, core: str, *, corrected: bool) -> pd.DataFrame:
        """Build log predictors of three families, and later other messages."""
        months = self.evidence.months
        groups = self.evidence.groups.set_index("group")
        lived = (groups["end_us"] - groups["origin_us"]) // DAY_US
        whole = months["group"].map(lived) >= (months["month"] + lag + 1) * MONTH_DAYS
        rows = months[whole].reset_index(drop=True)
        later = rows[["group", "month"]].assign(month=rows["month"] + lag)
        messages = later.merge(months[["group", "month", "messages"]], "left")[
            "messages"
        ]
        other = messages.fillna(0.0) - self._items(later, corrected=corrected)
        items = self._items(rows, corrected=corrected)
        logs = {"content": items, "size": rows["posters"], "core": rows[core]}
        table = pd.DataFrame({k: np.log1p(v.astype(float)) for k, v in logs.items()})
        return table.assign(group=rows["group"], later=other.clip(lower=0.0))

    def _items(self, rows: pd.DataFrame, *, corrected: bool) -> pd.Series[float]:
        talk = self.talk.at(rows).fillna(0.0)
        line = self.talk.calibration
        shares = (line if corrected else line.ignored).shares(talk["machine"])
        return talk["messages"] * shares

    def leads(
        self, *, lag: int = 1, core: str = "core_8", corrected: bool = True
    ) -> Interval:
        """Estimate content's lead over the next best predictor family.

        An instrument that errs explains less than content does, so the limits reach
        up to all.
        """
        rows = self.rows(lag, core, corrected=corrected)
        groups = self.evidence.groups.set_index("group").loc[rows["group"].unique()]
        clusters = choose_clusters(groups["network"], groups["batch"])
        codes = pd.Series(clusters.codes, groups.index).loc[rows["group"]].to_numpy()
        interval = estimate_lead(
            rows["later"].to_numpy(float),
            [rows[[name]].to_numpy(float) for name in FAMILIES],
            type(clusters)(codes, clusters.count, clusters.kind),
        )
        return enclose_bounds(
            interval, count_exactly([True]), why="content as an instrument sees it"
        )


def estimate_lead(
    y: Floats, families: Sequence[Floats], clusters: Clusters
) -> Interval:
    """Estimate the first family's Shapley share minus the best other share.

    Parameters
    ----------
    y, families
        As `compute_lead` takes them.
    """
    draws = cluster_weights(clusters, seed=SEED, replicates=SAMPLES)
    values = [compute_lead(y, families, weight) for block in draws for weight in block]
    finite = keep_finite(np.array(values), clusters)
    return enclose_estimate(
        compute_lead(y, families, np.ones(len(y))), finite, clusters, n=len(y)
    )


def compute_lead(y: Floats, families: Sequence[Floats], weight: Floats) -> float:
    """Compute the first family's Shapley share minus the best other share.

    Parameters
    ----------
    y : shape (n,)
        Counts; their means are exponential in the measures.
    families
        Measures of each, of shape (n, k).
    weight : shape (n,)

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(3, 500, 1))
    >>> y = np.exp(1 + 0.5 * x[0, :, 0])
    >>> round(compute_lead(y, list(x), np.ones(500)), 1)
    1.0
    """
    drawn = weight > 0
    y, weight = y[drawn], weight[drawn]
    measures = [family[drawn] for family in families]

    def gain(who: tuple[int, ...]) -> float:
        x = np.hstack([np.empty((len(y), 0)), *(measures[nth] for nth in who)])
        return _compute_explained(y, x, weight)

    shares = compute_shapley(gain, len(measures))
    whole = shares.sum()
    return float((shares[0] - shares[1:].max()) / whole) if whole > 0 else np.nan


def _compute_explained(y: Floats, x: Floats, weight: Floats) -> float:
    """Return the deviance that a Poisson regression explains, halved."""
    design = np.column_stack([np.ones(len(y)), x - x.mean(axis=0)])
    mean = float((weight * y).sum() / weight.sum())
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(max(mean, CLOSE))
    for _ in range(STEPS):
        fitted = np.exp(np.clip(design @ beta, -30, 30))
        score = design.T @ (weight * (y - fitted))
        bread = (design.T * (weight * fitted)) @ design
        step = np.linalg.lstsq(bread, score)[0]
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, 2.0 / max(longest, CLOSE))
        if longest < NEAR:
            break
    eta = np.clip(design @ beta, -30, 30)
    null = np.log(max(mean, CLOSE))
    return float((weight * (y * (eta - null) - (np.exp(eta) - mean))).sum())


@estimates("s4-content-explains-liveliness")
def content_explains_liveliness(evidence: Evidence) -> Finding:
    """Estimate whether content predicts next month's messages best."""
    months = _Months(evidence, Talk.of(evidence, "content"))
    passed = months.talk.gated()
    passed += gates.pass_gates(gates.require_groups(evidence.months["group"].nunique()))
    return Finding(
        cases="months",
        legs=(months.leads(),),
        definition="content's Shapley share of the explained deviance of messages"
        " without content in the month after, less that of posters or of core members,"
        " whichever is larger",
        gates=passed,
        specifications=multiply_sets(SETS, months.leads, biased=["instrument alone"]),
        qualifiers=("association",),
        note="owners and kinds of groups are not among the rivals; an instrument that"
        " errs can support the claim but not contradict it",
    )
