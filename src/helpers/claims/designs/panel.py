"""Monthly panel of groups: exposure in one month, death in the next.

A death is the first silence of W days, dated at its start, so that nothing is known
of a group's later life when its risk is asked for. A row is a month of 28 days in
which a group is at risk; its exposure is coded from the month before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, Supplement, multiply_sets
from helpers.claims.contract.permutation import (
    Permutations,
    compute_cohorts,
    describe_confounding,
    permute_within,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.corpora_strata import (
    add_places,
    build_cluster_gate,
    build_stratum_qualifiers,
    choose_clusters_in,
    describe_heterogeneity,
    estimate_each_place,
    list_places_alone,
)
from helpers.claims.designs.hazards.two_arms import (
    drop_constant,
    estimate_ratio_of_stretches,
    has_sparse_arm,
    require_arms_of_groups,
)
from helpers.claims.quantities.deaths import define_silent
from helpers.claims.quantities.spans import SILENCES
from helpers.errors import NotIdentifiableError
from helpers.measures.months import MONTH_DAYS
from helpers.survival import Interval
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import join_messages, say

FADED_MONTHS = 6


@dataclass(frozen=True, eq=False, kw_only=True)
class Panel:
    """Study design: exposure of groups in one month, death in the next month.

    Attributes
    ----------
    evidence
        The study.
    exposure
        Takes rows of `months` (0 in silent ones) and gives their exposure; rows
        without a value are in no arm.
    lag
        Whole months between the month of the exposure and the month of risk.
    adjust
        Counts of the month of the exposure whose logs are adjusted for.
    """

    evidence: Evidence
    exposure: Callable[[pd.DataFrame], pd.Series[float]]
    lag: int = 0
    adjust: tuple[str, ...] = ("messages", "posters")

    def rows(self, *, w_days: float = SILENCE_DAYS) -> pd.DataFrame:
        """Build one row per group and month at risk, with the month before's exposure.

        A group is at risk from its entry on; all of it has to be on record.
        """
        lives = define_silent(self.evidence, w_days=w_days, form="first_gap")
        born = np.isin(lives.lives.group, self.evidence.from_birth["group"])
        duration, entry = lives.lives.durations[born], lives.lives.entry[born]
        first = 1 + self.lag  # the first month of risk
        n_months = np.maximum(np.ceil(duration / MONTH_DAYS).astype(int) - first, 0)
        row = np.repeat(np.arange(len(duration)), n_months)
        month = (
            first
            + np.arange(len(row))
            - np.repeat(np.cumsum(n_months) - n_months, n_months)
        )
        stop = np.minimum(duration[row], (month + 1) * MONTH_DAYS)
        ended = (lives.lives.ended & ~lives.competing)[born][row]
        table = pd.DataFrame(
            {
                "group": lives.lives.group[born][row],
                "month": month - first,
                "start": np.maximum(month * MONTH_DAYS, entry[row]).astype(float),
                "stop": stop,
                "ended": ended & (stop == duration[row]),
            }
        )
        table = table[table["stop"] > table["start"]]
        data = table.merge(self.evidence.months, "left", ["group", "month"])
        data = data.fillna(dict.fromkeys(self.evidence.months.columns, 0))
        data = data.assign(exposure=self.exposure(data)).dropna(subset="exposure")
        return add_places(self.evidence, data)

    def gated(self, data: pd.DataFrame) -> tuple[gates.Gate, ...]:
        """Check that the monthly panel has enough groups and deaths."""
        passed = gates.pass_gates(
            gates.require_dated_exposure(
                (self.lag + 1) * MONTH_DAYS - 1, (self.lag + 1) * MONTH_DAYS
            )
        )
        if data["exposure"].isin([0.0, 1.0]).all():
            passed += gates.pass_gates(*require_arms_of_groups(data))
        else:
            passed += gates.pass_gates(gates.require_groups(data["group"].nunique()))
        groups = self._whose(data)
        passed += gates.pass_gates(build_cluster_gate(groups))
        table, _ = self.design(data)
        ends, number = int(data["ended"].sum()), len(table.columns)
        return passed + gates.pass_gates(
            gates.require_events_per_coefficient(ends, number)
        )

    def hazard_ratio(self, *, w_days: float = SILENCE_DAYS) -> Interval:
        """Estimate the death hazard ratio per unit of exposure in the month before."""
        data = self.rows(w_days=w_days)
        self.gated(data)
        return self.fit(data)

    def finding(
        self,
        definition: str,
        sets: Sets,
        build: Callable[..., Panel],
    ) -> Finding:
        """Estimate the monthly death hazard ratio, with alternatives and a placebo.

        Parameters
        ----------
        sets, build
            Robustness sets, and what makes a comparison of one choice of each; W is
            always varied.
        """
        data = self.rows()
        passed, ratio = self.gated(data), self.fit(data)

        def estimate(w_days: float, **values: Any) -> Interval:  # noqa: ANN401 - as the sets have them
            return build(**values).hazard_ratio(w_days=w_days)

        places = estimate_each_place(data, self._alone)
        n_groups = data["group"].nunique()
        ended = data["ended"].sum() / n_groups
        return Finding(
            cases="months",
            components=(ratio,),
            definition=definition,
            gates=passed,
            specifications=(
                *multiply_sets({"w_days": SILENCES, **sets}, estimate),
                *list_places_alone(places),
            ),
            permuted=self.permutations(data, ratio),
            beside=self.placebo(),
            qualifiers=build_stratum_qualifiers(
                data, ("association", *_get_frame(self.evidence))
            ),
            note=join_messages(
                "; ",
                (
                    say(
                        "{n} group-months of {groups} groups",
                        n=len(data),
                        groups=n_groups,
                    ),
                    describe_confounding(ratio, ended),
                    describe_heterogeneity(places),
                ),
            ),
            places=places,
        )

    def _alone(self, data: pd.DataFrame) -> Interval:
        """Estimate one stratum's death hazard ratio; raise if deaths are few."""
        if has_sparse_arm(data["exposure"], data["ended"]):
            raise NotIdentifiableError("an arm has fewer than 5 events", where="place")
        gates.pass_gates(
            gates.require_events_per_coefficient(int(data["ended"].sum()), 3)
        )
        return self.fit(data)

    def placebo(self) -> tuple[Supplement, ...]:
        """Estimate the death hazard ratio half a year after exposure, as a placebo."""
        late = replace(self, lag=self.lag + FADED_MONTHS)
        return Supplement.tried(say("placebo, half a year later"), late.hazard_ratio)

    def permutations(self, data: pd.DataFrame, ratio: Interval) -> Permutations:
        """Give groups each other's exposure histories at random, and estimate again.

        Months that the group whose history it is did not live drop out.
        """
        of = self._whose(data)[["group", "network"]]
        cohort = of["group"].map(compute_cohorts(self.evidence))
        of = of.assign(cohort=cohort, exposure=of["group"])
        history = data.set_index(["group", "month"])["exposure"]

        def with_others_history(seed: int) -> Interval:
            donor = permute_within(of, seed=seed).set_index("group")["exposure"]
            at = pd.MultiIndex.from_arrays([data["group"].map(donor), data["month"]])
            lent = data.assign(exposure=history.reindex(at).to_numpy())
            return self.fit(lent.dropna(subset="exposure"))

        return Permutations(ratio, with_others_history)

    def fit(self, data: pd.DataFrame) -> Interval:
        """Fit the death hazard ratio to group-months, or a rate ratio if sparse."""
        table, codes = self.design(data)
        return estimate_ratio_of_stretches(data, table, codes)

    def design(self, data: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[int]]:
        """Return covariates of group-months (exposure first) and bootstrap clusters."""
        counts = data[list(self.adjust)].astype("float64").apply(np.log1p)
        table = counts.add_prefix("log ")
        table.insert(0, "exposure", data["exposure"].astype("float64"))
        groups = self._whose(data)
        codes = pd.Series(choose_clusters_in(groups).codes, groups["group"])
        return drop_constant(table), data["group"].map(codes)

    def _whose(self, data: pd.DataFrame) -> pd.DataFrame:
        groups = self.evidence.groups
        return groups[groups["group"].isin(data["group"])]


def _get_frame(evidence: Evidence) -> tuple[str, ...]:
    """Return verdict qualifiers on the sampling of groups; none for pooled sources."""
    return () if evidence.has_places else evidence.busy_only
