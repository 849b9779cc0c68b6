"""Compare later deaths of two arms of registered groups, weighted for balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

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
from helpers.claims.designs.hazards.propensity import (
    build_dummies,
    estimate_weighted_hazard_ratio,
)
from helpers.claims.quantities.codings import measure_coded
from helpers.claims.quantities.deaths import Reading
from helpers.survival import Interval
from helpers.wording import join_messages, say

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
