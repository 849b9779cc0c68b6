"""Landmark analysis: exposure before a landmark, deaths after it (Cox model).

The exposure is coded from days before the landmark, the risk set starts at it, and
what is adjusted for is taken as it stood then. A purpose fulfilled is censoring of
the cause-specific hazard; what dies before the landmark is counted and printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
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
    compute_cohorts,
    describe_confounding,
)
from helpers.claims.contract.study_view import STRATUM, Evidence
from helpers.claims.designs.corpora_strata import (
    add_places,
    build_cluster_gate,
    build_corpus_constants,
    build_stratum_qualifiers,
    choose_clusters_in,
    code_within_places,
    describe_heterogeneity,
    estimate_each_place,
    list_places_alone,
    place_of,
)
from helpers.claims.designs.hazards.accelerated_failure import estimate_pace_ratio
from helpers.claims.designs.hazards.two_arms import (
    drop_constant,
    estimate_ratio_of_lives,
    has_sparse_arm,
)
from helpers.claims.quantities.deaths import Ends, define_silent
from helpers.claims.quantities.spans import SILENCES
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, fit_discrete_hazard
from helpers.wording import join_messages, say

Model: TypeAlias = Callable[[pd.DataFrame, list[str]], Interval]
Coding: TypeAlias = "Callable[[pd.Series[float]], pd.Series[float]]"

PERIOD_DAYS = 90
FADED_DAYS = 180.0
OWN_SLOPES = say("adjusted in each place on its own")


def keep_unit(exposure: pd.Series[float]) -> pd.Series[float]:
    """Return an exposure as floats in its original unit, without rescaling."""
    return exposure.astype("float64")


def scale_by_sd(exposure: pd.Series[float]) -> pd.Series[float]:
    """Divide the exposure by its standard deviation over groups at risk.

    >>> scale_by_sd(pd.Series([0.0, 2.0])).tolist()
    [0.0, 1.414...]
    """
    return exposure / exposure.std()


def mark_terciles(exposure: pd.Series[float]) -> pd.Series[float]:
    """Return 1 for the top third of exposures, 0 for the bottom, NaN between.

    >>> mark_terciles(pd.Series([1.0, 2.0, 3.0])).tolist()
    [0.0, nan, 1.0]
    """
    low, high = exposure.quantile([1 / 3, 2 / 3])
    middle = (exposure > low) & (exposure < high)
    return (exposure >= high).astype("float64").where(~middle & (high > low), np.nan)


def log_adjusted(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return log(1 + count) of given columns, as covariates of a landmark analysis."""
    counts = rows[list(columns)].astype("float64")
    return counts.apply(np.log1p).add_prefix("log ")


@dataclass(frozen=True, eq=False, kw_only=True)
class Landmark:
    """Comparison of groups alive at a given age (the landmark), by exposure.

    Attributes
    ----------
    evidence
        The study.
    exposure : index group
        Known by the landmark; groups without a value are in no arm.
    adjust : index group
        Covariates as they stood at the landmark.
    day
        The landmark, in days of age.
    last_day
        The last day from which the exposure is coded.
    coding
        What a unit of the exposure is, among the groups at risk.
    reading
        How a death is told; other W are tried only for silence.
    """

    evidence: Evidence
    exposure: pd.Series[float]
    adjust: pd.DataFrame
    day: float = 28.0
    last_day: float = 27.0
    coding: Coding = keep_unit
    reading: Callable[[Evidence], Ends] = define_silent

    @property
    def covariates(self) -> list[str]:
        """Names of the covariates."""
        return [str(name) for name in self.adjust.columns]

    def at_risk(self, ends: Ends) -> pd.DataFrame:
        """Return the groups that are alive and followed after the landmark."""
        lives = ends.lives
        ages = pd.DataFrame(
            {
                "group": lives.group,
                "network": lives.network,
                "batch": lives.batch,
                "cohort": compute_cohorts(self.evidence)
                .reindex(lives.group)
                .to_numpy(),
                "duration": lives.durations,
                "ended": lives.ended & ~ends.competing,
                "entry": np.maximum(lives.entry, self.day),
            }
        )
        predictors = self.adjust.assign(exposure=self.exposure).dropna()
        data = ages.merge(predictors, left_on="group", right_index=True)
        data = add_places(self.evidence, data[data["duration"] > data["entry"]])
        data = data.assign(exposure=code_within_places(data, self.coding))
        return data[data["exposure"].notna()]

    def gated(self, data: pd.DataFrame) -> tuple[gates.Gate, ...]:
        """Check the data requirements of the comparison at the landmark."""
        passed = gates.pass_gates(gates.require_dated_exposure(self.last_day, self.day))
        if data["exposure"].isin([0.0, 1.0]).all():
            passed += gates.pass_gates(
                *gates.require_arms(data["exposure"] == 1, data["ended"])
            )
        else:
            passed += gates.pass_gates(gates.require_groups(len(data)))
        passed += gates.pass_gates(build_cluster_gate(data))
        count = 1 + self.adjust.shape[1]
        return passed + gates.pass_gates(
            gates.require_events_per_coefficient(int(data["ended"].sum()), count)
        )

    def hazard_ratio(self, model: str = "Cox") -> Interval:
        """Estimate the death hazard ratio per exposure unit, by Cox or another model.

        The lognormal one gives the ratio of the paces at which time runs out.
        """
        return self.fitted(self.at_risk(self.reading(self.evidence)), model)

    def fitted(self, data: pd.DataFrame, model: str = "Cox") -> Interval:
        """Check the data requirements, then estimate the death hazard ratio."""
        self.gated(data)
        if model != "Cox" and has_sparse_arm(data["exposure"], data["ended"]):
            raise NotIdentifiableError("an arm has fewer than 5 events", where=model)
        return MODELS[model](data, self.covariates)

    def finding(
        self,
        definition: str,
        others: Mapping[str, Landmark] | None = None,
        qualifiers: tuple[str, ...] = ("association",),
        *,
        sets: Sets | None = None,
        build: Callable[..., Landmark] | None = None,
    ) -> Finding:
        """Estimate the death hazard ratio by exposure, with alternatives and a placebo.

        Parameters
        ----------
        others
            Other comparisons, by what is different.
        sets, build
            Or robustness sets and what makes a comparison of one choice of each; a
            set ``model`` names some of `MODELS`. W is always varied.
        """
        ends = self.reading(self.evidence)
        data = self.at_risk(ends)
        passed = self.gated(data)
        ratio = _fit_cox(data, self.covariates)
        places = estimate_each_place(data, self._alone)
        if sets is None or build is None:
            sets = {"exposure": {"as decided": self, **(others or {})}}
            build = _return_exposure
        return Finding(
            components=(ratio,),
            definition=say(
                "{exposure}; {death} after day {day:g}",
                exposure=definition,
                death=ends.definition,
                day=self.day,
            ),
            gates=passed,
            specifications=(
                *self._specified(sets, build),
                *self._own_slopes(data),
                *list_places_alone(places),
            ),
            permuted=Permutations.of(
                ratio, data, partial(_fit_cox, adjust=self.covariates)
            ),
            beside=self._controls(),
            qualifiers=build_stratum_qualifiers(data, qualifiers),
            note=join_messages(
                "; ", (self._note(ends, data, ratio), describe_heterogeneity(places))
            ),
            places=places,
        )

    def _own_slopes(self, data: pd.DataFrame) -> tuple[Specification, ...]:
        """Build the alternative in which each stratum has its own covariate effects.

        Places of too few ends for effects of their own share one.
        """
        if place_of(data) is None or not self.covariates:
            return ()
        return (Specification.tried(OWN_SLOPES, partial(_fit_own_slopes, data, self)),)

    def _alone(self, data: pd.DataFrame) -> Interval:
        """Estimate the death hazard ratio in one stratum; raise if deaths are few."""
        if has_sparse_arm(data["exposure"], data["ended"]):
            raise NotIdentifiableError("an arm has fewer than 5 events", where="place")
        count = 1 + self.adjust.shape[1]
        gates.pass_gates(
            gates.require_events_per_coefficient(int(data["ended"].sum()), count)
        )
        return _fit_cox(data, self.covariates)

    def _specified(
        self, sets: Sets, build: Callable[..., Landmark]
    ) -> tuple[Specification, ...]:
        def estimate(
            w_days: float | None = None,
            model: str = "Cox",
            **values: Any,  # noqa: ANN401 - as the sets have them
        ) -> Interval:
            landmark = build(**values)
            if w_days is not None:
                landmark = replace(
                    landmark, reading=partial(define_silent, w_days=w_days)
                )
            return landmark.hazard_ratio(model)

        varied = {"w_days": SILENCES} if self.reading is define_silent else {}
        return multiply_sets({**varied, **sets}, estimate)

    def _controls(self) -> tuple[Supplement, ...]:
        """Estimate the death hazard ratio half a year later, as a placebo."""
        late = replace(self, day=self.day + FADED_DAYS)
        return Supplement.tried(
            say("placebo landmark, day {day:g}", day=late.day), late.hazard_ratio
        )

    def _note(self, ends: Ends, data: pd.DataFrame, ratio: Interval) -> str:
        lives = ends.lives
        early = np.mean(lives.ended & (lives.durations <= self.day))
        return say(
            "{early:.0%} of the groups were dead by day {day:g}; {confounding}",
            early=early,
            day=self.day,
            confounding=describe_confounding(ratio, data["ended"].mean()),
        )


def _return_exposure(exposure: Landmark) -> Landmark:
    return exposure


class _Model(NamedTuple):
    """Covariates of a survival model (the exposure first) and bootstrap clusters."""

    exposures: pd.DataFrame
    clusters: npt.NDArray[np.intp]


def _build_model(data: pd.DataFrame, adjust: list[str]) -> _Model:
    return _Model(
        drop_constant(data[["exposure", *adjust]]), choose_clusters_in(data).codes
    )


def _fit_cox(data: pd.DataFrame, adjust: list[str]) -> Interval:
    model = _build_model(data, adjust)
    return estimate_ratio_of_lives(data, model.exposures, model.clusters)


def _fit_own_slopes(data: pd.DataFrame, landmark: Landmark) -> Interval:
    place = data[STRATUM]
    ends = data.groupby(STRATUM)["ended"].sum()
    least = gates.DEATHS_PER_COEFFICIENT * (1 + len(landmark.covariates))
    slope_places = place.where(place.map(ends) >= least, "others")
    table = data[["exposure"]].assign(
        **{
            f"{name}, {own}": data[name].where(slope_places == own, 0.0)
            for name in landmark.covariates
            for own in sorted(set(slope_places))
        }
    )
    return estimate_ratio_of_lives(
        data, drop_constant(table), choose_clusters_in(data).codes
    )


def _fit_discrete(data: pd.DataFrame, adjust: list[str]) -> Interval:
    """Fit the death hazard ratio per exposure unit by a model with 90-day periods."""
    model = _build_model(data, adjust)
    start = (data["entry"].to_numpy() // PERIOD_DAYS).astype(int)
    stop = (data["duration"].to_numpy() // PERIOD_DAYS).astype(int)
    row = np.repeat(np.arange(len(data)), stop - start + 1)
    period = np.concatenate(
        [np.arange(a, b + 1) for a, b in zip(start, stop, strict=True)]
    )
    ended = data["ended"].to_numpy(bool)[row] & (period == stop[row])
    if not ended.any():
        raise NotIdentifiableError("there are no events", where="periods")
    baseline = _label_baselines(period, ended, place_of(data.iloc[row]))
    used = baseline >= 0
    fit = fit_discrete_hazard(
        ended[used],
        model.exposures.iloc[row[used]].reset_index(drop=True),
        baseline[used],
        cluster=model.clusters[row[used]],
    )
    return fit["exposure"].ratio


def _label_baselines(
    period: npt.NDArray[np.int64],
    ended: npt.NDArray[np.bool_],
    place: pd.Series[str] | None,
) -> npt.NDArray[np.int64]:
    """Label the periods of each stratum's baseline hazard; −1 without events."""
    codes = np.zeros(len(period), int) if place is None else pd.factorize(place)[0]
    labels, stride = np.full(len(period), -1), int(period.max()) + 1
    for code in np.unique(codes[ended]):
        own = codes == code
        labels[own] = code * stride + _merge_empty_periods(period[own], ended[own])
    return labels


def _merge_empty_periods(
    period: npt.NDArray[np.int64], ended: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Merge each period without events with the next one that has events."""
    dead = np.unique(period[ended])
    at = np.searchsorted(dead, period).clip(max=len(dead) - 1)
    joined: npt.NDArray[np.int64] = dead[at]
    return joined


def _fit_lognormal(data: pd.DataFrame, adjust: list[str]) -> Interval:
    """Fit one over the AFT time ratio of death per exposure unit after the landmark."""
    model = _build_model(data, adjust)
    landmark = data["entry"].min()
    return estimate_pace_ratio(
        data["duration"] - landmark,
        data["ended"],
        pd.concat([model.exposures, build_corpus_constants(data)], axis=1),
        choose_clusters_in(data),
        entry=data["entry"] - landmark,
    )


MODELS: Mapping[str, Model] = {
    "Cox": _fit_cox,
    say("cloglog in quarters"): _fit_discrete,
    "lognormal": _fit_lognormal,
}
RC: Sets = {"model": {name: name for name in MODELS}}
