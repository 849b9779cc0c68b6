"""Readings of silence that are wrong, to show how wrong they are.

None of these may decide a verdict. Each leaves out one part of the rule in
`helpers.survival.silence`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from helpers.records import DAY_US
from helpers.survival.silence import SILENCE_DAYS, Watch, lifetimes_of, watch

if TYPE_CHECKING:
    import pandas as pd

    from helpers.survival.lifetimes import Bools, Lifetimes
    from helpers.survival.silence import Micros

__all__ = [
    "censored_at_data_end",
    "censored_at_last_message",
    "every_last_message_a_death",
    "ignoring_entry",
]


def every_last_message_a_death(groups: pd.DataFrame) -> Lifetimes:
    """Call each group's last message its death, however recent."""
    ages = watch(groups)
    return _read(groups, ages, np.ones(len(groups), bool), ages.last, 0.0)


def censored_at_last_message(
    groups: pd.DataFrame, *, w_days: float = SILENCE_DAYS
) -> Lifetimes:
    """Censor survivors at their last message, as if nobody had watched after it."""
    ages = watch(groups)
    return _read(groups, ages, _silent(ages, w_days), ages.last, w_days)


def censored_at_data_end(
    groups: pd.DataFrame, *, w_days: float = SILENCE_DAYS
) -> Lifetimes:
    """Censor survivors at the end, though no death can be seen in the last W days."""
    ages = watch(groups)
    return _read(groups, ages, _silent(ages, w_days), ages.end, w_days)


def ignoring_entry(lives: Lifetimes) -> Lifetimes:
    """Count groups as watched from their origin, though only survivors were listed."""
    return replace(
        lives,
        entry=np.zeros(len(lives)),
        definition=f"{lives.definition}, entry ignored",
    )


def _silent(ages: Watch, w_days: float) -> Bools:
    return (ages.last < ages.end - round(w_days * DAY_US)) | ages.never


def _read(
    groups: pd.DataFrame, ages: Watch, dead: Bools, censored: Micros, w_days: float
) -> Lifetimes:
    nothing = np.zeros(len(groups), bool)
    return lifetimes_of(
        groups,
        ages,
        ages.last,
        dead,
        censored,
        waited=np.full(len(groups), w_days),
        slow=nothing,
        revived=nothing,
        definition="naive",
    )
