"""Share of links in declining groups, as an upper bound of advertisements.

Not every link is an advertisement, and not every advertisement has a link. As many
messages as could be advertisements: those with a link, over the share of labelled
advertisements that carry one. It can rule the claim out, and no more.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import paths
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, list_alternatives
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, list_networks_and_batches
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.themes.ads.last_posters import DAYS, EARLY, find_withering_start
from helpers.errors import NotIdentifiableError
from helpers.inference.resampling import divide_weighted_sums
from helpers.prose import format_share
from helpers.survival import Interval
from helpers.survival.bootstrap import resample_statistic
from helpers.survival.estimates import bound_probability
from helpers.survival.interval import Limits, ScaleName
from helpers.wording import say

QUALITY = paths.PROCESSED / "instruments" / "advertisement_quality.csv"
LINKED = "ads with a link"


@cache
def bound_ads_with_link() -> float:
    """Return the lower 95 % limit of the share of ads that contain a link."""
    with QUALITY.open(encoding="utf-8", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["measure"] == LINKED]
    return float(row["low"])


@dataclass(frozen=True, slots=True)
class _AtMost:
    """Limits of the share of ads: zero, and a bound from the share with links."""

    of: Limits
    part: float

    def __call__(self, level: float) -> tuple[float, float]:
        """Return zero and the upper limit of the share of links, which bounds ads."""
        return 0.0, min(self.of(level)[1] / self.part, 1.0)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the share of links and its standard error on a scale."""
        return self.of.on_scale(scale)


@dataclass(frozen=True, slots=True)
class _Between:
    """Limits of a difference of two shares, of which only upper bounds exist."""

    upper: Interval
    lower: Interval

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper bound of the difference of the two shares."""
        return -self.lower.at_level(level).high, self.upper.at_level(level).high

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the share of links in the decline, with its standard error."""
        return self.upper.on_scale(scale)


class _Phases(NamedTuple):
    """Messages and links of groups in their decline, and in their first weeks."""

    late: pd.DataFrame
    early: pd.DataFrame


def _estimate_phases(evidence: Evidence, days: int = DAYS) -> _Phases:
    """Count messages and links in groups before and during their decline."""
    counts = _count_written(evidence)
    start = counts["group"].map(find_withering_start(evidence).floordiv(1))
    age = counts["age_day"]
    late = counts[(age >= start) & (age < start + days)]
    sums = late.groupby("group")[["messages", "links"]].sum()
    first = counts[(age < EARLY) & counts["group"].isin(sums.index)]
    early = first.groupby("group")[["messages", "links"]].sum()
    return _Phases(sums, early.reindex(sums.index, fill_value=0))


def _count_written(evidence: Evidence) -> pd.DataFrame:
    """Count messages and links by group age, including any advertisements.

    An account that repeats itself may advertise, and so may what is sent to many
    groups: advertisements are counted before anything is excluded.
    """
    names = ["content", "excluded_content"]
    recorded_tables = [name for name in names if name in evidence.study.manifest.tables]
    rows = [evidence.table(name) for name in recorded_tables or names[:1]]
    columns = ["group", "age_day", "messages", "links"]
    return pd.concat([part[columns] for part in rows], ignore_index=True)


def _estimate_linked_share(evidence: Evidence, counts: pd.DataFrame) -> Interval:
    """Estimate the share of messages with a link, pooled over groups."""
    if not counts["messages"].sum():
        raise NotIdentifiableError("nothing was written", where="content")
    clusters = choose_clusters_for(evidence, counts.index.to_series())
    table = counts[["links", "messages"]].to_numpy(np.float64)
    links, messages = table.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = resample_statistic(
            partial(divide_weighted_sums, clusters.sums(table)),
            clusters.each,
            "cloglog",
            links / messages,
            n=len(counts),
            seed=SEED,
            replicates=DECIDING,
        )
    everyone, n = np.ones(len(counts), bool), int(messages)
    return bound_probability(
        links / messages, values, clusters, everyone, n=n
    )  # fmt: skip


def _bound_from_above(interval: Interval) -> Interval:
    """Convert the share of messages with links to an upper bound for ads."""
    part = bound_ads_with_link()
    limits = _AtMost(interval.limits, part)
    low, high = limits(interval.level)
    method = f"{interval.method}; at most, links over {format_share(part)}"
    most = min(interval.estimate / part, 1.0)
    return replace(
        interval, estimate=most, low=low, high=high, limits=limits, method=method
    )


def _estimate_components(
    evidence: Evidence, days: int = DAYS
) -> tuple[Interval, Interval]:
    late, early = (
        _bound_from_above(_estimate_linked_share(evidence, counts))
        for counts in _estimate_phases(evidence, days)
    )
    limits = _Between(late, early)
    low, high = limits(late.level)
    return late, replace(late, low=low, high=high, limits=limits)


@stands_in("s0-ads-are-the-last-posters", needs=("groups", "content_by_length"))
def last_links(evidence: Evidence) -> Finding:
    """Bound the share of advertisements in declining groups by that of links."""
    phases = _estimate_phases(evidence)
    passed = gates.pass_gates(
        gates.require_groups(len(phases.late)),
        gates.require_clusters(
            *list_networks_and_batches(evidence, phases.late.index.to_series())
        ),
    )
    silent = len(find_withering_start(evidence)) - len(phases.late)
    late, early = (_estimate_linked_share(evidence, counts) for counts in phases)
    return Finding(
        cases="messages",
        components=_estimate_components(evidence),
        definition=say(
            "messages with a link over the share of labelled advertisements"
            " that carry one, in the 28 days after traffic fell under 10 %"
            " of its past peak; the most that these can be more than in"
            " days 0–27"
        ),
        gates=passed,
        specifications=list_alternatives(
            {
                say("{days} days", days=days): partial(
                    _estimate_components, evidence, days
                )
                for days in (14, 56)
            }
        ),
        beside=(
            Supplement(say("with a link"), late),
            Supplement(say("with a link, days 0–27"), early),
        ),
        qualifiers=("proxy", "upper bound", "instrument measured elsewhere"),
        note=say(
            "{silent} withering groups without a message in those days"
            " count as none; at least {bound_ads_with_link} of labelled"
            " advertisements have a link",
            silent=silent,
            bound_ads_with_link=format_share(bound_ads_with_link()),
        ),
        may="contradict",
        variant="upper_bound",
    )
