"""Biased definitions of group death, for comparison with the correct estimate.

None of these may decide a verdict. Each leaves out one part of the rule in
`helpers.survival.lifetimes`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.survival.lifetimes import (
    Lifetimes,
    assemble_lifetimes,
    compute_observation_ages,
)


def count_last_messages_as_deaths(groups: pd.DataFrame) -> Lifetimes:
    """Count each group's last message as its death, however recent (biased)."""
    ages, nothing = compute_observation_ages(groups), np.zeros(len(groups), bool)
    return assemble_lifetimes(
        groups,
        ages,
        ages.last,
        ~nothing,
        ages.last,
        waited=np.zeros(len(groups)),
        slow=nothing,
        revived=nothing,
        definition="naive",
    )


def ignore_delayed_entry(lives: Lifetimes) -> Lifetimes:
    """Ignore left truncation: treat groups as followed since their origin (biased)."""
    return replace(
        lives,
        entry=np.zeros(len(lives)),
        definition=f"{lives.definition}, entry ignored",
    )
