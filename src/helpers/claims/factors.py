"""Whether one factor explains most of what can be explained of who dies."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims import gates
from helpers.claims.designs.calibrated import Talk
from helpers.claims.designs.controls import cohorts_of
from helpers.claims.designs.shapley import shapley
from helpers.claims.finding import Finding
from helpers.claims.readings import SEED, silent
from helpers.claims.specifications import multiplied
from helpers.survival import Interval, clusters_of
from helpers.survival.bootstrap import cluster_weights, with_estimate
from helpers.survival.interval import SCALES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from helpers.claims.evidence import Evidence
    from helpers.claims.finding import Estimator
    from helpers.survival.interval import ScaleName

    Floats = npt.NDArray[np.float64]

__all__ = ["ESTIMATORS", "many_factors", "shares_of"]

LANDMARK, HORIZON = 28.0, 180.0
FAMILIES = ("size", "core", "content", "ads", "timing")
SAMPLES, PERMUTATIONS, STEPS, CLOSE = 200, 99, 30, 1e-8
SETS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "horizon": {"180 days": HORIZON, "365 days": 365.0},
        "core": {"8 of 28 days": "core_8", "4 of 28 days": "core_4"},
        "corrected": {"corrected by labels": True, "instrument alone": False},
    }
)


@dataclass(frozen=True, slots=True)
class _Corrected:
    """Limits of a largest share: the bootstrap's, its upward bias taken out."""

    estimate: float
    replicates: tuple[float, ...]

    @property
    def centre(self) -> float:
        """The estimate less what the largest of several gains by chance."""
        return 2 * self.estimate - float(np.mean(self.replicates))

    def __call__(self, level: float) -> tuple[float, float]:
        """Return limits within which the share may lie."""
        ends = np.quantile(self.replicates, [(1 + level) / 2, (1 - level) / 2])
        low, high = np.clip(2 * self.estimate - ends, 0.0, 1.0)
        return min(float(low), self.centre), max(float(high), self.centre)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate on a scale and the replicates' deviation there."""
        there, error = SCALES[scale], float(np.std(self.replicates, ddof=1))
        slope = abs(float(there.slope(self.centre)))
        return float(there.forward(self.centre)), error * slope


@dataclass(frozen=True, eq=False)
class _Factors:
    """Groups alive at day 28, what was known of them then, and who died."""

    evidence: Evidence
    talks: Mapping[str, Talk]

    def rows(self, horizon: float, core: str, *, corrected: bool) -> pd.DataFrame:
        """Return the families, in standard deviations, and ``died``."""
        lives = silent(self.evidence).lives
        table = pd.DataFrame(
            {
                "group": lives.group,
                "network": lives.network,
                "batch": lives.batch,
                "died": lives.ended & (lives.durations < horizon),
                "known": (lives.durations >= horizon) | lives.ended,
                "risk": (lives.entry == 0) & (lives.durations > LANDMARK),
            }
        )
        table = table[table["known"] & table["risk"]].reset_index(drop=True)
        at = table[["group"]].assign(month=0)
        first = at.merge(self.evidence.months, "left", ["group", "month"]).fillna(0)
        counts = {"size": first["posters"], "core": first[core]}
        for name, talk in self.talks.items():
            found = talk.at(at).fillna(0.0)
            line = talk.calibration if corrected else talk.calibration.ignored
            counts[name] = found["said"] * line.shares(found["machine"])
        logs = pd.DataFrame({k: np.log1p(v.astype(float)) for k, v in counts.items()})
        year = table["group"].map(cohorts_of(self.evidence)).astype(float)
        logs = logs.assign(timing=year)
        return table.join(logs.sub(logs.mean()).div(logs.std().replace(0.0, 1.0)))

    def largest(
        self,
        *,
        horizon: float = HORIZON,
        core: str = "core_8",
        corrected: bool = True,
    ) -> Interval:
        """Return the largest family's share of what all explain."""
        rows = self.rows(horizon, core, corrected=corrected)
        clusters = clusters_of(rows["network"], rows["batch"])
        died, x = rows["died"].to_numpy(float), rows[list(FAMILIES)].to_numpy()
        draws = cluster_weights(clusters, seed=SEED, replicates=SAMPLES)
        many = [shares_of(died, x, one).max() for block in draws for one in block]
        kept = with_estimate(np.array(many), clusters)
        found = float(shares_of(died, x, np.ones(len(died))).max())
        limits = _Corrected(found, tuple(kept.tolist()))
        return Interval.of(
            limits.centre,
            limits,
            method=f"{clusters.method}, its bias taken out",
            n=len(rows),
            clusters=clusters.count,
        )

    def gate(self) -> tuple[gates.Gate, ...]:
        """Ask for deaths, and that all families explain more than chance would."""
        rows = self.rows(HORIZON, "core_8", corrected=True)
        died, x = rows["died"].to_numpy(float), rows[list(FAMILIES)].to_numpy()
        weight, rng = np.ones(len(died)), np.random.default_rng(SEED)
        asked = gates.passed(
            gates.groups(len(rows)),
            gates.clustering(rows["network"], rows["batch"]),
            gates.coefficients(int(died.sum()), len(FAMILIES)),
        )
        whole = _explained(died, x, weight)
        chance = [
            _explained(rng.permutation(died), x, weight) for _ in range(PERMUTATIONS)
        ]
        bar = float(np.quantile(chance, 0.95))
        detail = f"{whole:.1f} explained, {bar:.1f} by chance in one of twenty"
        return asked + gates.passed(gates.Gate("explained", whole > bar, detail))


def shares_of(died: Floats, x: Floats, weight: Floats) -> Floats:
    """Return each measure's Shapley share of explained deviance.

    Parameters
    ----------
    died, weight : shape (n,)
    x : shape (n, measures)
    """

    def gain(chosen: tuple[int, ...]) -> float:
        return _explained(died, x[:, chosen], weight)

    shares = shapley(gain, x.shape[1])
    whole = shares.sum()
    return shares / whole if whole > 0 else np.full(len(shares), np.nan)


def _explained(died: Floats, x: Floats, weight: Floats) -> float:
    """Return the gain in log likelihood of a complementary log-log model."""
    design = np.column_stack([np.ones(len(died)), x])
    share = float((weight * died).sum() / weight.sum())
    if not 0 < share < 1:
        return float("nan")
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(-np.log1p(-share))
    null = _likelihood(design @ beta, died, weight)
    for _ in range(STEPS):
        hazard = np.exp(np.clip(design @ beta, -30, 3))
        p = np.clip(-np.expm1(-hazard), CLOSE, 1 - CLOSE)
        slope = hazard * (1 - p)
        score = design.T @ (weight * (died - p) * slope / (p * (1 - p)))
        bread = (design.T * (weight * slope**2 / (p * (1 - p)))) @ design
        step = np.linalg.lstsq(bread, score)[0]
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), CLOSE))
        if np.abs(step).max() < CLOSE:
            break
    return _likelihood(design @ beta, died, weight) - null


def _likelihood(eta: Floats, died: Floats, weight: Floats) -> float:
    hazard = np.exp(np.clip(eta, -30, 3))
    alive = -hazard
    dead = np.log(np.clip(-np.expm1(-hazard), CLOSE, None))
    return float((weight * np.where(died > 0, dead, alive)).sum())


def many_factors(evidence: Evidence) -> Finding:
    """Return the largest share of five families in what they explain of deaths."""
    talks = {
        "content": Talk.of(evidence, "content"),
        "ads": Talk.of(evidence, "advertisement"),
    }
    asked = tuple(gate for talk in talks.values() for gate in talk.gated())
    factors = _Factors(evidence, talks)
    asked += factors.gate()
    return Finding(
        legs=(factors.largest(),),
        definition="largest Shapley share of the explained deviance of death by day 180"
        " among size, core, content, advertisements and year, of days 0–27, in groups"
        " alive at day 28",
        gates=asked,
        specifications=multiplied(SETS, factors.largest, biased=["instrument alone"]),
        qualifiers=("association",),
        note="owners and kinds of groups are not among the families; content and"
        " advertisements are as an instrument sees them, which explains less",
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {"s1-many-factors-no-single": many_factors}
)
