"""Seed users and rushed beginnings, told from first messages.

Where nobody's joining is dated, the first message stands for it: who came early and
said nothing yet is missed, which draws effects towards none.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.contract.proxy import QUALIFIERS, Proxy
from helpers.claims.themes.leaders.seed_users import (
    HASTY_SETS,
    SEED_SETS,
    SEEDS,
    rushed,
    seeded,
    without_seeds,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from helpers.claims.contract.finding import Finding
    from helpers.claims.contract.study_view import Evidence

__all__ = ["PROXIES", "early_posters", "hasty_posters"]

NEEDS = ("groups", "births", "senders", "first_messages", "member_days")


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


def _first_messages(evidence: Evidence) -> pd.DataFrame:
    """Return since when each person wrote where: ``came_us``; leaves are unknown."""
    rows = evidence.table("members").rename(columns={"first_us": "came_us"})
    return rows.assign(left_us=np.nan)


def _after_the_first(evidence: Evidence) -> pd.DataFrame:
    rows = _first_messages(evidence).sort_values(["group", "came_us", "member"])
    return rows[rows["group"].duplicated()]


def hasty_posters(evidence: Evidence) -> Finding:
    """Compare groups whose posters had all come at once with those that filled up."""
    found = rushed(evidence, _first_messages, 28, 2).finding(
        "top against bottom tercile of the share of posters of days 0–27 who first"
        " wrote by day 2",
        qualifiers=QUALIFIERS,
        sets=HASTY_SETS,
        build=partial(rushed, evidence, _first_messages),
    )
    return replace(found, attenuated=True)


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s0-hasty-copycat-dies": Proxy(hasty_posters, needs=NEEDS),
        "s0-seed-users-needed": Proxy(early_posters, needs=NEEDS),
    }
)
