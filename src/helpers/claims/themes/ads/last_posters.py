"""Who writes last: advertisements in withering groups, by hand-labelled messages."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding, estimates
from helpers.claims.contract.specification import alternatives
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.deaths import by_rate
from helpers.claims.definitions.message_labels import Labelled, corrected_share
from helpers.inference.labels import Share, share_difference
from helpers.survival import Interval

KIND = "advertisement"
DAYS, EARLY = 28, 28


class Phases(NamedTuple):
    """Shares of the same groups while they wither, and in days 0–27."""

    late: Share
    early: Share

    @property
    def legs(self) -> tuple[Interval, Interval]:
        """The share while withering, and by how much it is above the early one."""
        return self.late.interval(), share_difference(self.late, self.early)


@estimates("s0-ads-are-the-last-posters")
def last_posters(evidence: Evidence) -> Finding:
    """Return the share of advertisements while groups wither, corrected by labels."""
    labelled = Labelled.of(evidence, KIND)
    starts = withering_from(evidence)
    phases = _phases(labelled, _window(starts, DAYS))
    passed = gates.passed(
        gates.groups(int((phases.late.messages > 0).sum())),
        gates.labels(len(labelled.labels), [labelled.f1]),
        # where nobody read a message, the machine's error would pass for knowledge
        gates.units(
            phases.late.labels, "labels of withering groups", gates.LEAST_IN_ARM
        ),
        gates.units(phases.early.labels, "labels of young groups", gates.LEAST_IN_ARM),
    )
    ways = {
        "14 days": _window(starts, 14),
        "56 days": _window(starts, 56),
        "30 days before the last message": _last_days(evidence, labelled),
    }
    silent = len(starts) - int((phases.late.messages > 0).sum())
    return Finding(
        legs=phases.legs,
        definition="advertisements among messages with text, in the 28 days after"
        " traffic fell under 10 % of its past peak, and that less days 0–27",
        gates=passed,
        specifications=alternatives(
            {name: partial(_legs, labelled, window) for name, window in ways.items()}
        ),
        beside=(Beside("all messages", corrected_share(evidence, KIND)),),
        note=f"{silent} withering groups without a message in those days count as none",
    )


def withering_from(evidence: Evidence) -> pd.Series[float]:
    """Return the age at which each group that withered began to."""
    lives = by_rate(evidence.from_birth, evidence.rates).lives
    began = lives.ended & (lives.durations > 0)  # those never active never withered
    return pd.Series(lives.durations[began], index=lives.group[began])


def _window(starts: pd.Series[float], days: int) -> pd.DataFrame:
    first = starts.floordiv(1)
    return pd.DataFrame({"from_day": first, "to_day": first + days - 1})


def _last_days(evidence: Evidence, labelled: Labelled) -> pd.DataFrame:
    groups = evidence.from_birth.set_index("group")
    withered = groups.index.isin(withering_from(evidence).index)
    last_days = labelled.readings.groupby("group")["age_day"].max()
    last = last_days.reindex(groups.index[withered]).dropna()
    return pd.DataFrame({"from_day": (last - 29).clip(lower=EARLY), "to_day": last})


def _phases(labelled: Labelled, window: pd.DataFrame) -> Phases:
    """Return both shares over the groups that have a message in the window."""
    spoke = labelled.within(window, labelled.readings)["group"].unique()
    chosen = labelled.among(spoke)
    early = pd.DataFrame({"from_day": 0, "to_day": EARLY - 1}, chosen.groups.index)
    return Phases(chosen.share(window.loc[chosen.groups.index]), chosen.share(early))


def _legs(labelled: Labelled, window: pd.DataFrame) -> tuple[Interval, Interval]:
    return _phases(labelled, window).legs
