"""Recompute the share of groups that exist in name only."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.study import open_study
from tests.recomputation.low_activity_states import by_day, few_posters, low_traffic
from tests.recomputation.silence_lifetimes import DAY_US


def date(groups):
    """Return the last date followed by 60 days of observation."""
    notices = groups[groups.closed_kind == "notice"].end_us
    return (groups.end_us.max() if notices.empty else notices.min()) - 60 * DAY_US


def states(study, groups, age):
    """Return which groups are inactive or nearly so at an age."""
    rates, days = study.table("rates"), int(age.max()) + 70
    messages = by_day(rates, "messages_28", len(groups), days)
    posters = by_day(rates, "posters_28", len(groups), days)
    at = np.arange(len(groups)), np.floor(age).clip(lower=0).astype(int)
    return low_traffic(messages)[at] | few_posters(posters)[at]


@pytest.mark.parametrize(
    "study",
    [
        "fcc_gitter", "komodo_discord", "meshcore_split", "w3c_groups",
        "zulip_archives/lean", "zulip_archives/rust",
    ],
)  # fmt: skip
def test_share_of_shell_groups_is_recomputed(product, study):
    """Count groups silent, under a tenth of peak, or with few posters."""
    name, _, network = study.partition("/")
    opened = open_study(name)
    groups = opened.table("groups")
    own = groups.network.eq(network) | (network == "")
    day = date(groups[own])
    age = (day - groups.origin_us) / DAY_US
    silent = groups.last_us.isna() | (groups.last_us < day)
    there = own & (age >= 28) & (groups.entry_us == groups.origin_us)
    shells = (silent | states(opened, groups, age))[there]
    whole = product("s0-200-of-343-shells", name)
    result = {part.study: part for part in whole.parts}.get(study, whole)
    assert shells.mean() == pytest.approx(result.estimate, abs=1e-6)
    assert len(shells) == result.n
    if study != "w3c_groups":  # a census is exact, but for the months of w3c
        assert result.low == result.high == result.estimate
