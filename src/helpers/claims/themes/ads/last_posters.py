"""Advertisements by labels: in dying groups, in groups of trainings and customers."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Supplement,
    estimates,
    list_alternatives,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import estimate_arm_difference, require_both_sides
from helpers.claims.quantities.codings import compare_kinds
from helpers.claims.quantities.deaths import define_by_rate
from helpers.claims.quantities.message_labels import Labelled, estimate_corrected_share
from helpers.inference.labels import Share, estimate_share_difference
from helpers.survival import Interval
from helpers.wording import say

KIND = "advertisement"
DAYS, EARLY = 28, 28
SELLING = ("learning", "customers")
OTHERS = ("interest", "friends")


class Phases(NamedTuple):
    """Shares of ads among messages: in groups' decline, and in their first weeks."""

    late: Share
    early: Share

    @property
    def components(self) -> tuple[Interval, Interval]:
        """Estimate the share of ads in the decline, and its excess over early weeks."""
        return self.late.interval(), estimate_share_difference(self.late, self.early)


@estimates("s0-ads-are-the-last-posters")
def last_posters(evidence: Evidence) -> Finding:
    """Estimate declining groups' ad share of messages, and its excess over day 0–27."""
    labelled = Labelled.of(evidence, KIND)
    starts = find_withering_start(evidence)
    phases = _estimate_phases(labelled, _build_window(starts, DAYS))
    passed = gates.pass_gates(
        gates.require_groups(int((phases.late.messages > 0).sum())),
        gates.require_labels(len(labelled.labels), [labelled.f1]),
        # where nobody read a message, the machine's error would pass for knowledge
        gates.require_units(
            phases.late.labels,
            "{n} labels of withering groups, {least} needed",
            gates.LEAST_IN_ARM,
        ),
        gates.require_units(
            phases.early.labels,
            "{n} labels of young groups, {least} needed",
            gates.LEAST_IN_ARM,
        ),
    )
    windows = {
        say("14 days"): _build_window(starts, 14),
        say("56 days"): _build_window(starts, 56),
        "30 days before the last message": _select_last_days(evidence, labelled),
    }
    silent = len(starts) - int((phases.late.messages > 0).sum())
    return Finding(
        components=phases.components,
        definition=say(
            "advertisements among messages with text, in the 28 days after"
            " traffic fell under 10 % of its past peak, and that less days"
            " 0–27"
        ),
        gates=passed,
        specifications=list_alternatives(
            {
                name: partial(_estimate_components, labelled, window)
                for name, window in windows.items()
            }
        ),
        beside=(Supplement("all messages", estimate_corrected_share(evidence, KIND)),),
        note=say(
            "{silent} withering groups without a message in those days count as none",
            silent=silent,
        ),
    )


def find_withering_start(evidence: Evidence) -> pd.Series[float]:
    """Return the age in days at which each group's traffic began to decline."""
    lives = define_by_rate(evidence.from_birth, evidence.rates).lives
    began = lives.ended & (lives.durations > 0)  # those never active never withered
    return pd.Series(lives.durations[began], index=lives.group[began])


def _build_window(starts: pd.Series[float], days: int) -> pd.DataFrame:
    first = starts.floordiv(1)
    return pd.DataFrame({"from_day": first, "to_day": first + days - 1})


def _select_last_days(evidence: Evidence, labelled: Labelled) -> pd.DataFrame:
    groups = evidence.from_birth.set_index("group")
    withered = groups.index.isin(find_withering_start(evidence).index)
    last_days = labelled.readings.groupby("group")["age_day"].max()
    last = last_days.reindex(groups.index[withered]).dropna()
    return pd.DataFrame({"from_day": (last - 29).clip(lower=EARLY), "to_day": last})


def _estimate_phases(labelled: Labelled, window: pd.DataFrame) -> Phases:
    """Estimate the shares of ads in groups' decline and in their first weeks."""
    active_groups = labelled.within(window, labelled.readings)["group"].unique()
    chosen = labelled.among(active_groups)
    early = pd.DataFrame({"from_day": 0, "to_day": EARLY - 1}, chosen.groups.index)
    return Phases(chosen.share(window.loc[chosen.groups.index]), chosen.share(early))


def _estimate_components(
    labelled: Labelled, window: pd.DataFrame
) -> tuple[Interval, Interval]:
    return _estimate_phases(labelled, window).components


@estimates("s3-training-utilitarian")
def training_utilitarian(evidence: Evidence) -> Finding:
    """Estimate ad shares of training and customer groups minus that of other groups."""
    labelled = Labelled.of(evidence, "advertisement")
    side = compare_kinds(evidence, SELLING, OTHERS)
    sample = labelled.among(set(side.index))
    exposed = side.reindex(sample.groups.index)
    passed = gates.pass_gates(
        gates.require_labels(len(sample.labels), [labelled.f1]),
        require_both_sides(exposed),
        gates.require_clusters(sample.groups["network"], sample.groups["batch"]),
    )

    def estimate(to_day: float) -> Interval:
        phase = pd.DataFrame({"from_day": 0, "to_day": to_day}, sample.groups.index)
        return estimate_arm_difference(
            sample.share(phase), exposed.to_numpy(np.float64)
        )

    alternatives = {
        say("first {day} days", day=day): partial(estimate, day - 1.0)
        for day in (28, 90)
    }
    return Finding.estimated(
        partial(estimate, np.inf),
        "share of advertisements in training and customers' groups less that in"
        " interest and friends' groups, corrected by hand labels",
        passed, alternatives, qualifiers=("association",),
    )  # fmt: skip
