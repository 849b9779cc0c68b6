"""Effect of a flood of advertisements on completely labelled groups.

A death here is 60 days without a message that is no advertisement. One that was missed
would keep a group alive for two months, so neither a sample nor an instrument will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, estimates, multiply_sets
from helpers.claims.contract.permutation import (
    Permutations,
    compute_cohorts,
    permute_within,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.time_varying import (
    build_observed_lives,
    build_stretches,
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.message_labels import Labelled, select_phase
from helpers.claims.quantities.quantity import count_exactly, enclose_bounds
from helpers.claims.quantities.spans import SILENCES
from helpers.inference import estimate_share
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US, WEEK_DAYS
from helpers.study import Study
from helpers.survival import Interval, choose_clusters
from helpers.survival.lifetimes import EARLY_DAYS, SHORTEST_GAP, SILENCE_DAYS
from helpers.wording import say

KIND = "advertisement"
EACH_DAY, DAYS = 5, 5
LAG, AGAIN, LIVELY = 7, 90, 5
UPPER = say(
    "advertisers are counted among those who write again, so that"
    " share is an upper bound"
)
SETS: Sets = {
    "w_days": SILENCES,
    "each": {say("{n} ads a day", n=n): n for n in (EACH_DAY, 3, 10)},
    "days": {say("{n} of 7 days", n=n): n for n in (DAYS, 3, 7)},
    "lag": {say("{n} days later", n=n): n for n in (LAG, 14, 28)},
}


@dataclass(frozen=True, eq=False)
class _WithoutAds:
    """A study's tables, with messages labelled as advertisements left out."""

    study: Study
    tables: Mapping[str, pd.DataFrame]

    def __getattr__(self, name: str) -> object:
        return getattr(self.study, name)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table recounted without ads; the study's own if not recounted."""
        return self.tables[name] if name in self.tables else self.study.table(name)


@dataclass(frozen=True, eq=False)
class Floods:
    """Daily advertisements and other messages in completely labelled groups.

    Attributes
    ----------
    evidence
        The study without its advertisements.
    daily
        ``group, age_day, ads, others``, sorted.
    rates
        Of the study, advertisements and all.
    authors
        ``group, age_day, writer`` of other messages; None where labels have none.
    """

    evidence: Evidence
    daily: pd.DataFrame
    rates: pd.DataFrame
    authors: pd.DataFrame | None

    @classmethod
    def of(cls, evidence: Evidence, labelled: Labelled) -> Self:
        """Count daily ads and other messages in fully labelled groups (at least 50)."""
        fully_labelled = labelled.find_fully_labelled(
            select_phase(labelled.groups.index, 0, 1 << 30)
        ).index
        n_messages = labelled.readings["messages"].sum()
        detail = say(
            "{n} groups read whole, {least_groups} needed; all groups have"
            " {n_messages:.0f} messages (shequn label --whole-groups)",
            n=len(fully_labelled),
            least_groups=gates.LEAST_GROUPS,
            n_messages=n_messages,
        )
        enough = len(fully_labelled) >= gates.LEAST_GROUPS
        gates.pass_gates(gates.Gate("whole groups", enough, detail))
        rows = labelled.labels[labelled.labels["group"].isin(fully_labelled)]
        days = rows.groupby(["group", "age_day"])["y"].agg(ads="sum", messages="size")
        daily = days.assign(others=days["messages"] - days["ads"]).reset_index()
        non_ads = rows[rows["y"] == 0]
        dated = "writer" in non_ads and non_ads["writer"].notna().all()
        authors = non_ads[["group", "age_day", "writer"]] if dated else None
        return cls(_exclude_ads(evidence, daily), daily, evidence.rates, authors)

    def onsets(self, each: int, days: int) -> pd.Series[float]:
        """Return each group's age, in days, at the start of its first flood of ads."""
        heavy = self.daily[self.daily["ads"] >= each]
        since = heavy.groupby("group")["age_day"].shift(days - 1)
        flooded = heavy[heavy["age_day"] - since < WEEK_DAYS]
        return flooded.groupby("group")["age_day"].min().astype(float)

    def stretches(
        self,
        onset: pd.Series[float],
        *,
        lag: int = LAG,
        w_days: float = SILENCE_DAYS,
    ) -> pd.DataFrame:
        """Split group lifetimes at the start of an ad flood, and every 28 days."""
        spells = pd.DataFrame(
            {"group": onset.index, "from_age": onset.to_numpy() + lag, "to_age": np.inf}
        )
        return build_stretches(
            self.evidence, spells, build_observed_lives(self.evidence, w_days)
        )

    def gated(self, rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
        """Check the data requirements: groups in each arm, deaths per coefficient."""
        deaths = gates.require_events_per_coefficient(int(rows["ended"].sum()), 2)
        return check_gates(self.evidence, rows) + gates.pass_gates(deaths)

    def permutations(self, ratio: Interval) -> Permutations:
        """Permute the start of floods between groups of a founding year."""
        onset = self.onsets(EACH_DAY, DAYS)
        groups = self.evidence.groups[["group", "network"]]
        cohort = groups["group"].map(compute_cohorts(self.evidence))
        dated = groups.assign(cohort=cohort, exposure=groups["group"].map(onset))

        def with_others_onsets(seed: int) -> Interval:
            lent = (
                permute_within(dated, seed=seed).set_index("group")["exposure"].dropna()
            )
            return estimate_hazard_ratio(self.evidence, self.stretches(lent))

        return Permutations(ratio, with_others_onsets)

    def lively(self, *, each: int = EACH_DAY, days: int = DAYS) -> Interval:
        """Estimate the share of groups with 5 non-advertisers 63–90 days after a flood.

        Others wrote messages that are no advertisement. Where labels do not say who
        wrote, advertisers are among them: an upper bound.
        """
        groups = self.evidence.groups.set_index("group")
        end = (groups["end_us"] - groups["origin_us"]) // DAY_US
        onset = self.onsets(each, days)
        onset = onset[onset + AGAIN < end.reindex(onset.index)]
        gates.pass_gates(gates.require_groups(len(onset), gates.LEAST_IN_ARM))
        onset_groups = groups.loc[onset.index]
        clusters = choose_clusters(onset_groups["network"], onset_groups["batch"])
        yes = (self._authors(onset) >= LIVELY).to_numpy(bool)
        interval = estimate_share(yes, clusters, seed=SEED, replicates=DECIDING)
        if self.authors is not None:
            return interval
        return enclose_bounds(
            interval, count_exactly([False]), why="advertisers counted: an upper bound"
        )

    def _authors(self, onset: pd.Series[float]) -> pd.Series[float]:
        """Count authors other than advertisers in days 63–90 after a flood."""
        if self.authors is None:
            rates, at = self.rates, onset + AGAIN
            earlier = rates[rates["age_day"] <= rates["group"].map(at)]
            posters = earlier.groupby("group")["posters_28"].last()
            return posters.reindex(onset.index).fillna(0)
        after = self.authors["age_day"] - self.authors["group"].map(onset)
        late = self.authors[after.between(AGAIN - MONTH_DAYS + 1, AGAIN)]
        writers = late.groupby("group")["writer"].nunique().astype("float64")
        return writers.reindex(onset.index).fillna(0)

    def components(
        self, *, w_days: float = SILENCE_DAYS, lag: int = LAG, **how: int
    ) -> tuple[Interval, Interval]:
        """Return the death hazard ratio after ad floods, and share of groups active."""
        onset = self.onsets(how.get("each", EACH_DAY), how.get("days", DAYS))
        rows = self.stretches(onset, lag=lag, w_days=w_days)
        self.gated(rows)
        return estimate_hazard_ratio(self.evidence, rows), self.lively(**how)


def _exclude_ads(evidence: Evidence, daily: pd.DataFrame) -> Evidence:
    """Return completely labelled groups, with their ads left out of all counts."""
    talk = daily[daily["others"] > 0].astype({"age_day": "int64"})  # times of it follow
    ages = talk.groupby("group")["age_day"].agg(["min", "max"])
    early = talk[talk["age_day"] < EARLY_DAYS].groupby("group")["others"].sum()
    groups = evidence.groups[evidence.groups["group"].isin(daily["group"])]
    at, origin = groups["group"], groups["origin_us"]
    groups = groups.assign(
        first_us=origin + at.map(ages["min"]) * DAY_US,
        last_us=origin + at.map(ages["max"]) * DAY_US,
        early_messages=at.map(early).fillna(0).astype("int64"),
    )
    tables = {
        "groups": groups,
        "silences": _build_silences(talk, groups.set_index("group")["origin_us"]),
        "rates": _build_rates(talk),
    }
    return Evidence(_WithoutAds(evidence.study, tables), groups)  # type: ignore[arg-type]


def _build_silences(talk: pd.DataFrame, origin: pd.Series[int]) -> pd.DataFrame:
    before = talk.groupby("group")["age_day"].shift()
    gaps = talk.assign(before=before)[talk["age_day"] - before >= SHORTEST_GAP]
    start = gaps["group"].map(origin)
    return pd.DataFrame(
        {
            "group": gaps["group"],
            "start_us": (start + gaps["before"] * DAY_US).astype("int64"),
            "end_us": (start + gaps["age_day"] * DAY_US).astype("int64"),
        }
    )


def _build_rates(talk: pd.DataFrame) -> pd.DataFrame:
    """Build message counts per group in the trailing 28 days, one row per change."""
    new_messages = talk[["group", "age_day", "others"]]
    expired_messages = new_messages.assign(
        age_day=new_messages["age_day"] + MONTH_DAYS, others=-new_messages["others"]
    )
    both = (
        pd.concat([new_messages, expired_messages])
        .groupby(["group", "age_day"])["others"]
        .sum()
    )
    running: pd.Series[float] = both.groupby("group").cumsum()
    return running.rename("messages_28").reset_index()


@estimates("s1-ad-flood-is-death")
def ad_flood_is_death(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio after ad floods, and share of groups active."""
    labelled = Labelled.of(evidence, KIND)
    floods = Floods.of(evidence, labelled)
    rows = floods.stretches(floods.onsets(EACH_DAY, DAYS))
    passed = gates.pass_gates(gates.require_labels(len(labelled.labels), [labelled.f1]))
    passed += floods.gated(rows)
    ratio = estimate_hazard_ratio(floods.evidence, rows)
    has_authors = floods.authors is not None
    return Finding(
        components=(ratio, floods.lively()),
        definition=say(
            "60 days without a message that is no advertisement, from day 7"
            " after 5 advertisements on 5 of 7 days; and 5 people writing"
            " other messages in days 63–90 after it"
        ),
        gates=passed,
        specifications=multiply_sets(SETS, floods.components),
        permuted=floods.permutations(ratio),
        qualifiers=("association",),
        note="" if has_authors else UPPER,
    )
