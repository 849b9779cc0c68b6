"""Compare later deaths of two arms of registered groups, weighted for balance.

Weights are inverse probabilities of the own arm (propensity scores).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import (
    PerfectSeparationError,
    PerfectSeparationWarning,
)
from statsmodels.tools.tools import add_constant

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Specification,
    Supplement,
    multiply_sets,
)
from helpers.claims.contract.permutation import (
    Permutations,
    describe_confounding,
    permute_within,
)
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import FADED_DAYS, MODELS, Landmark, Model
from helpers.claims.quantities.codings import measure_coded
from helpers.claims.quantities.deaths import Reading
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, choose_clusters, fit_cox
from helpers.wording import join_messages, say

LEAST = 10  # groups of a category that has an effect of its own
SURE = 1e-6  # a probability so near to 0 or 1 is of an arm that nobody else is in


def compute_stabilised_weights(
    exposed: npt.ArrayLike, known: pd.DataFrame
) -> npt.NDArray[np.float64]:
    """Compute stabilised inverse-probability-of-treatment weights.

    Raises
    ------
    NotIdentifiableError
        If what is known divides the arms.

    References
    ----------
    Robins, Hernán and Brumback (2000), Epidemiology 11, 550–560.

    Examples
    --------
    >>> known = pd.DataFrame({"big": [1.0] * 4 + [0.0] * 4})
    >>> compute_stabilised_weights([1, 1, 1, 0, 1, 0, 0, 0], known).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0, 2.0, 0.667, 0.667, 0.667]
    """
    arm = np.asarray(exposed, np.float64)
    design = add_constant(known.to_numpy(np.float64), has_constant="add")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotIdentifiableError("columns repeat one another", where="weights")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PerfectSeparationWarning)
            fit = GLM(arm, design, Binomial()).fit(tol=1e-12)
    except (PerfectSeparationError, PerfectSeparationWarning) as error:
        raise _make_separation_error() from error
    chance = np.asarray(fit.fittedvalues, np.float64)
    if not ((chance > SURE) & (chance < 1 - SURE)).all():
        raise _make_separation_error()
    share = arm.mean()
    weights: npt.NDArray[np.float64] = np.where(
        arm == 1, share / chance, (1 - share) / (1 - chance)
    )
    return weights


def _make_separation_error() -> NotIdentifiableError:
    return NotIdentifiableError(
        "what is known at the landmark divides the arms", where="weights"
    )


def estimate_weighted_hazard_ratio(
    data: pd.DataFrame, known: list[str], *, cut: float = 0.0
) -> Interval:
    """Estimate the hazard ratio by a Cox model with inverse probability weights.

    Errors are of clusters, the weights taken as known: limits are too wide rather
    than too narrow.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    known
        Columns that the weights are made of.
    cut
        Share of the weights drawn in at either end.
    """
    weights = compute_stabilised_weights(data["exposure"], data[known])
    if cut:
        weights = weights.clip(*np.quantile(weights, [cut, 1 - cut]))
    fit = fit_cox(
        data["duration"],
        data["ended"],
        data[["exposure"]].astype("float64"),
        entry=data["entry"],
        cluster=choose_clusters(data["network"], data["batch"]).codes,
        weights=weights,
    )
    return fit["exposure"].ratio


def build_dummies(kinds: pd.Series[str], least: int = LEAST) -> pd.DataFrame:
    """Build dummy variables for all categories but the most frequent.

    Categories of fewer rows than `least` are one, or of the most frequent where they
    are fewer even together.

    >>> kinds = pd.Series(["a"] * 3 + ["b"] * 2 + ["c", "d"])
    >>> (
    ...     build_dummies(kinds, least=2).sum().to_dict(),
    ...     build_dummies(kinds, least=3).shape,
    ... )
    ({'another': 2.0, 'b': 2.0}, (7, 1))
    """
    usual = kinds.mode().iloc[0]
    rare = kinds.map(kinds.value_counts()) < least
    pooled_category = "another" if rare.sum() >= least else usual
    named = pd.get_dummies(kinds.mask(rare, pooled_category), dtype=float)
    return named.drop(columns=usual, errors="ignore")


CUT = 0.01
WAYS: Mapping[str, Model] = {
    "weighted": estimate_weighted_hazard_ratio,
    say("weights cut at 1 % and 99 %"): partial(
        estimate_weighted_hazard_ratio, cut=CUT
    ),
    **{say("{name}, adjusted", name=name): model for name, model in MODELS.items()},
}


def build_logs(evidence: Evidence, *facts: str) -> pd.DataFrame:
    """Return log(1 + count) of recorded counts per group; an indicator marks gaps.

    Where it counted nothing of a group, an indicator says so and the count is 0.
    """
    groups = evidence.groups["group"]
    table = pd.DataFrame(index=pd.Index(groups, name="group"))
    for fact in facts:
        counts = measure_coded(evidence, fact).reindex(groups)
        table[f"log {fact}"] = np.log1p(counts.fillna(0.0))
        if counts.isna().any():
            table[f"{fact} unknown"] = counts.isna().astype("float64")
    return table


@dataclass(frozen=True, eq=False, kw_only=True)
class Arms:
    """Registered groups alive at a given age, with exposure and covariates.

    Attributes
    ----------
    evidence
        The study.
    day
        The landmark, in days of age; the exposure is of days before it.
    counts : index group
        Numbers known at the landmark.
    kinds : index group
        Categories known at the landmark; rare ones are put together.
    """

    evidence: Evidence
    day: float
    counts: pd.DataFrame
    kinds: pd.DataFrame

    def at_risk(
        self, exposure: pd.Series[float], reading: Reading, later: float = 0.0
    ) -> tuple[pd.DataFrame, list[str]]:
        """Return the groups at risk and the names of their covariates."""
        landmark = Landmark(
            evidence=self.evidence,
            exposure=exposure,
            adjust=self.counts,
            day=self.day + later,
            last_day=self.day - 1,
            reading=reading,
        )
        data = landmark.at_risk(reading(self.evidence)).reset_index(drop=True)
        own = [
            build_dummies(data["group"].map(kind)).add_prefix(f"{name}: ")
            for name, kind in self.kinds.items()
        ]
        covariates = pd.concat([data[landmark.covariates], *own], axis=1)
        covariates = covariates.loc[:, covariates.max() > covariates.min()]
        outcomes = data.drop(columns=landmark.covariates)
        return outcomes.join(covariates), [str(name) for name in covariates]

    def gated(self, data: pd.DataFrame) -> tuple[gates.Gate, ...]:
        """Check the data requirements of the comparison of the two arms."""
        return gates.pass_gates(
            gates.require_dated_exposure(self.day - 1, self.day),
            *gates.require_arms(data["exposure"] == 1, data["ended"]),
            gates.require_clusters(data["network"], data["batch"]),
        )

    def ratio(
        self, exposure: pd.Series[float], reading: Reading, model: str = "weighted"
    ) -> Interval:
        """Estimate the hazard ratio of group death, exposed versus other groups."""
        data, covariates = self.at_risk(exposure, reading)
        self.gated(data)
        if not model.startswith("weight"):
            deaths = int(data["ended"].sum())
            gates.pass_gates(
                gates.require_events_per_coefficient(deaths, 1 + len(covariates))
            )
        return WAYS[model](data, covariates)

    def finding(
        self,
        definition: str,
        exposures: Mapping[str, pd.Series[float]],
        readings: Mapping[str, Reading],
        *,
        more: tuple[Specification, ...] = (),
        note: str = "",
        variant: str = "",
    ) -> Finding:
        """Estimate two arms' death hazard ratio, with alternatives and a placebo."""
        exposure, reading = (
            next(iter(exposures.values())),
            next(iter(readings.values())),
        )
        data, covariates = self.at_risk(exposure, reading)
        passed = self.gated(data)
        ratio = estimate_weighted_hazard_ratio(data, covariates)
        sets: Sets = {
            "exposure": exposures,
            "reading": readings,
            "model": {name: name for name in WAYS},
        }
        early = np.mean(reading(self.evidence).lives.durations <= self.day)
        early_note = say(
            "{early:.0%} of the groups were gone by day {day:g}",
            early=early,
            day=self.day,
        )
        return Finding(
            components=(ratio,),
            definition=definition,
            gates=passed,
            specifications=(*multiply_sets(sets, self.ratio), *more),
            permuted=Permutations(ratio, partial(self._permuted, data, covariates)),
            beside=self._placebo(exposure, reading),
            qualifiers=QUALIFIERS,
            variant=variant,
            note=join_messages(
                "; ",
                (
                    early_note,
                    note,
                    describe_confounding(ratio, data["ended"].mean()),
                ),
            ),
        )

    @staticmethod
    def _permuted(data: pd.DataFrame, covariates: list[str], seed: int) -> Interval:
        every = data.assign(network="") if data["network"].is_unique else data
        shuffled = permute_within(every, seed=seed)["exposure"].to_numpy()
        return estimate_weighted_hazard_ratio(
            data.assign(exposure=shuffled), covariates
        )

    def _placebo(
        self, exposure: pd.Series[float], reading: Reading
    ) -> tuple[Supplement, ...]:
        """Estimate the arms' death hazard ratio half a year later, as a placebo."""

        def late() -> Interval:
            data, covariates = self.at_risk(exposure, reading, FADED_DAYS)
            self.gated(data)
            return estimate_weighted_hazard_ratio(data, covariates)

        name = say("placebo landmark, day {day:g}", day=self.day + FADED_DAYS)
        return Supplement.tried(name, late)
