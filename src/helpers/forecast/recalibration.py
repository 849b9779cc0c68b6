"""How far own groups are from what is predicted of them, from their past days."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from scipy.special import expit

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError
from helpers.small_counts import ENOUGH_GROUPS
from helpers.wording import Message, Verbatim, say

APART = (28, 105, 200, 280, 365, 500, 730, 1000, 1400)  # their 60 days don't overlap
LEAST = 0.01  # a share that is predicted as a number
STEPS = 50


class Shift(NamedTuple):
    """How far own groups are from what is predicted, on the logit scale."""

    mode: float
    error: float
    groups: int
    told: float  # mean share on their past days
    seen: float  # after which no message came

    def describe(self) -> Message:
        """Return the sentence that sets what was predicted next to what followed."""
        told, seen = name_of_100(self.told), name_of_100(self.seen)
        return say(
            "On past days of {groups} of your groups, this forecast would have told"
            " {told} of 100, and {seen} came; “recalibrated” goes by that.",
            groups=self.groups, told=told, seen=seen,
        )  # fmt: skip


def name_of_100(share: float) -> Message | Verbatim:
    """Return a share as a number of 100, never as none or all.

    >>> [str(name_of_100(share)) for share in (0.004, 0.374, 0.999)]
    ['fewer than 1', '37', 'more than 99']
    """
    if LEAST <= share <= 1 - LEAST:
        return Verbatim(f"{100 * share:.0f}")
    return say("fewer than 1") if share < LEAST else say("more than 99")


def select_apart(past: pd.DataFrame) -> pd.DataFrame:
    """Select past days that do not overlap; raise if groups are too few."""
    rows = past[past["age"].isin(APART)]
    if (groups := rows["group"].nunique()) < ENOUGH_GROUPS:
        raise NotIdentifiableError(
            f"{groups} groups with past days, {ENOUGH_GROUPS} needed", where="past"
        )
    return rows


def find_shift(rows: pd.DataFrame, told: Floats) -> Shift:
    """Find the shift (prior N(0, 1)) from predicted logits and outcomes."""
    silent, mode = rows["silent"].to_numpy(float), 0.0
    for _ in range(STEPS):
        shares = expit(told + mode)
        curve = 1 + float((shares * (1 - shares)).sum())
        slope = float((silent - shares).sum()) - mode
        mode += min(max(slope / curve, -1.0), 1.0)
    means = float(expit(told).mean()), float(silent.mean())
    return Shift(mode, curve**-0.5, rows["group"].nunique(), *means)
