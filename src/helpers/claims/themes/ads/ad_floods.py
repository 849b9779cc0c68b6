"""Floods of advertisements: groups that people read whole, and their other messages.

A death here is 60 days without a message that is no advertisement. One that was missed
would keep a group alive for two months, so neither a sample nor an instrument will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Sets, multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import DECIDING, SEED
from helpers.claims.definitions.group_labels import phase
from helpers.claims.definitions.message_labels import Labelled
from helpers.claims.definitions.spans import SILENCES
from helpers.claims.definitions.unsampled_intervals import census, hull
from helpers.claims.designs.rates.panel import Panel
from helpers.inference import share_interval
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US, WEEK_DAYS
from helpers.study import Study
from helpers.survival import Interval, clusters_of
from helpers.survival.silence import EARLY_DAYS, SHORTEST_GAP, SILENCE_DAYS

KIND = "advertisement"
EACH_DAY, DAYS = 5, 5
LAG, AGAIN, LIVELY = 7, 90, 5
SETS: Sets = {
    "w_days": SILENCES,
    "each": {f"{n} ads a day": n for n in (EACH_DAY, 3, 10)},
    "days": {f"{n} of 7 days": n for n in (DAYS, 3, 7)},
    "lag": {f"{n} days later": n for n in (LAG, 14, 28)},
}


@dataclass(frozen=True, eq=False)
class _Others:
    """A study without its advertisements, of groups that people read whole."""

    study: Study
    tables: Mapping[str, pd.DataFrame]

    def __getattr__(self, name: str) -> object:
        return getattr(self.study, name)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of what is no advertisement, or one of the study's own."""
        return self.tables[name] if name in self.tables else self.study.table(name)


@dataclass(frozen=True, eq=False)
class Floods:
    """Advertisements and other messages by day of age, in groups read whole.

    Attributes
    ----------
    evidence
        The study without its advertisements.
    daily
        ``group, age_day, ads, others``, sorted.
    """

    evidence: Evidence
    daily: pd.DataFrame

    @classmethod
    def of(cls, evidence: Evidence, asked: Labelled) -> Self:
        """Return what people found, refusing fewer than 50 groups read whole."""
        whole = asked.whole(phase(asked.groups.index, 0, 1 << 30)).index
        n_messages = asked.readings["messages"].sum()
        detail = (
            f"{len(whole)} groups read whole, {gates.LEAST_GROUPS} needed; all groups"
            f" have {n_messages:.0f} messages (shequn label --whole-groups)"
        )
        enough = len(whole) >= gates.LEAST_GROUPS
        gates.passed(gates.Gate("whole groups", enough, detail))
        rows = asked.labels[asked.labels["group"].isin(whole)]
        days = rows.groupby(["group", "age_day"])["y"].agg(ads="sum", messages="size")
        daily = days.assign(others=days["messages"] - days["ads"]).reset_index()
        return cls(_without_ads(evidence, daily), daily)

    def onsets(self, each: int, days: int) -> pd.Series[float]:
        """Return the day on which so many days of a week had so many ads, by group."""
        heavy = self.daily[self.daily["ads"] >= each]
        since = heavy.groupby("group")["age_day"].shift(days - 1)
        flooded = heavy[heavy["age_day"] - since < WEEK_DAYS]
        return flooded.groupby("group")["age_day"].min().astype(float)

    def panel(self, *, each: int = EACH_DAY, days: int = DAYS, lag: int = LAG) -> Panel:
        """Return the comparison of months after a flood's onset with all others."""
        onset = self.onsets(each, days)

        def flooded(rows: pd.DataFrame) -> pd.Series[float]:
            start = (rows["month"] + 1) * MONTH_DAYS
            return (start >= rows["group"].map(onset) + lag).astype(float)

        return Panel(evidence=self.evidence, exposure=flooded)

    def lively(self, *, each: int = EACH_DAY, days: int = DAYS) -> Interval:
        """Return the share in which 5 people wrote in days 63–90 after the onset.

        Who wrote advertisements only is among them, so it is an upper bound.
        """
        groups = self.evidence.groups.set_index("group")
        end = (groups["end_us"] - groups["origin_us"]) // DAY_US
        onset = self.onsets(each, days)
        at = onset[onset + AGAIN < end.reindex(onset.index)] + AGAIN
        gates.passed(gates.groups(len(at), gates.LEAST_IN_ARM))
        rates = self.evidence.rates
        earlier = rates[rates["age_day"] <= rates["group"].map(at)]
        posters = earlier.groupby("group")["posters_28"].last().reindex(at.index)
        whose = groups.loc[at.index]
        clusters = clusters_of(whose["network"], whose["batch"])
        yes = (posters.fillna(0) >= LIVELY).to_numpy(bool)
        interval = share_interval(yes, clusters, seed=SEED, replicates=DECIDING)
        return hull(
            interval, census([False]), why="advertisers counted: an upper bound"
        )

    def legs(
        self, *, w_days: float = SILENCE_DAYS, lag: int = LAG, **how: int
    ) -> tuple[Interval, Interval]:
        """Return the hazard ratio after a flood, and the share lively again."""
        ratio = self.panel(lag=lag, **how).hazard_ratio(w_days=w_days)
        return ratio, self.lively(**how)


def _without_ads(evidence: Evidence, daily: pd.DataFrame) -> Evidence:
    """Return the groups read whole with the tables that their other messages give."""
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
        "silences": _silences(talk, groups.set_index("group")["origin_us"]),
        "months": _months(talk, evidence.months),
    }
    return Evidence(_Others(evidence.study, tables), groups)  # type: ignore[arg-type]


def _silences(talk: pd.DataFrame, origin: pd.Series[int]) -> pd.DataFrame:
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


def _months(talk: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    month = (talk["age_day"] // MONTH_DAYS).rename("month")
    messages = talk.groupby([talk["group"], month])["others"].sum()
    both = months.merge(messages.reset_index(), "left", ["group", "month"])
    return both.assign(messages=both["others"].fillna(0)).drop(columns="others")


@estimates("s1-ad-flood-is-death")
def ad_flood_is_death(evidence: Evidence) -> Finding:
    """Compare hazards after a flood of advertisements, and count who came back."""
    labelled = Labelled.of(evidence, KIND)
    floods = Floods.of(evidence, labelled)
    panel = floods.panel()
    data = panel.rows()
    passed = gates.passed(gates.labels(len(labelled.labels), [labelled.f1]))
    passed += panel.gated(data)
    legs = (panel.fit(data), floods.lively())
    return Finding(
        legs=legs,
        definition="60 days without a message that is no advertisement, in months that"
        " begin 7 days and more after 5 advertisements on 5 of 7 days; and 5 people"
        " writing in days 63–90 after it",
        gates=passed,
        specifications=multiplied(SETS, floods.legs),
        permuted=panel.permutations(data, legs[0]),
        beside=tuple(panel.placebo()),
        qualifiers=("association",),
        note="advertisers are counted among those who write again, so that share is an"
        " upper bound",
    )
