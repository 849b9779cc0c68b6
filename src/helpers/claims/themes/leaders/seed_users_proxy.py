"""Seed users, told from first messages.

Where nobody's joining is dated, the first message stands for it: who came early and
said nothing yet is missed, which draws effects towards none.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.claims.contract.proxy import QUALIFIERS, Proxy
from helpers.claims.definitions.first_days import FROM_FIRST_MESSAGES, first_messages
from helpers.claims.themes.leaders.seed_users import (
    SEED_SETS,
    SEEDS,
    seeded,
    without_seeds,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from helpers.claims.contract.finding import Finding
    from helpers.claims.contract.study_view import Evidence

__all__ = ["PROXIES", "early_posters"]


def early_posters(evidence: Evidence) -> Finding:
    """Compare groups with three early regulars, the first poster apart, with none."""
    one = seeded(evidence, _after_the_first, 14, SEEDS)
    found = one.finding(
        "≥ 3 against 0 people other than the first poster who first wrote by day 7 and"
        " wrote on ≥ 3 days of days 0–13",
        qualifiers=QUALIFIERS,
        sets=SEED_SETS,
        build=partial(seeded, evidence, _after_the_first),
    )
    return replace(found, beside=(*found.beside, *without_seeds(one)), attenuated=True)


def _after_the_first(evidence: Evidence) -> pd.DataFrame:
    rows = first_messages(evidence).sort_values(["group", "came_us", "member"])
    return rows[rows["group"].duplicated()]


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s0-seed-users-needed": Proxy(early_posters, needs=FROM_FIRST_MESSAGES),
    }
)
