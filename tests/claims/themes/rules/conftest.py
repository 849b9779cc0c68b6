"""Registries with planted rules: two dates a group, and what was known of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.records import DAY_US
from tests.claims.registers import as_of, facts, registry

N, END = 900, 2000


def listed(rng, life, *, closing):
    """Return a registry of lives in days, cut at the end of the record."""
    born = rng.integers(0, 50, len(life))
    last = np.minimum(born + np.floor(life), END - 1)
    gone = (born + life < END - 31) & closing
    return registry(
        len(life),
        np.where(gone, last + 1, END),
        born,
        closed=np.where(gone, last + 1, np.nan),
        last=last,
        network=[f"group {i}" for i in range(len(life))],
        entry_us=(born + 28 * closing) * DAY_US,
        closed_kind=np.where(gone, "no longer answered", None),
    )


def worked(groups):
    """Return the days on which each group was active: every hundred, and the last."""
    rows = [
        (group, day)
        for group, born, last in zip(
            groups["group"], groups["origin_us"] // DAY_US,
            groups["last_us"] // DAY_US, strict=True,
        )
        for day in {*range(int(born), int(last), 100), int(last)}
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "day"]).assign(active=1.0)


@pytest.fixture
def chapters():
    """Plant chapters: busier ones have rules more often, and live longer by that."""

    def make(ratio):
        rng = np.random.default_rng(5)
        busy = rng.normal(size=N)
        ruled = rng.random(N) < 1 / (1 + np.exp(-1.5 * busy))
        late = ~ruled & (rng.random(N) < 0.5)
        hazard = 1 / 300 * np.exp(-0.8 * busy) * ratio**ruled
        life = 15 + rng.exponential(1 / hazard)
        groups = listed(rng, life, closing=False)
        born = groups["origin_us"] / DAY_US
        after = np.where(late, born + 14 + life, np.nan)
        since = np.where(ruled, born + 3, after)
        commits = np.round(np.expm1(3 + busy).clip(0, 1e4))
        known = facts(
            N, rules=(ruled | late) * 1.0, rules_day=since, rule_text_day=since,
            authors_days_0_13=np.ones(N), commits_days_0_13=commits,
            organizers_day_13=np.where(np.arange(N) % 2, rng.integers(1, 5, N), np.nan),
            **{"country: US": 1.0},
        )  # fmt: skip
        return as_of(
            "nodeschool_chapters", registry=groups, facts=known.dropna(),
            snapshots=worked(groups),
        )  # fmt: skip

    return make


@pytest.fixture
def servers():
    """Plant servers; the log-hazard is a function of the number of their tools."""

    def make(log_hazard):
        rng = np.random.default_rng(6)
        tools = rng.integers(0, 9, 2 * N) * (rng.random(2 * N) < 0.6)
        seats = rng.integers(2, 60, 2 * N)
        life = 29 + rng.exponential(200 * np.exp(-log_hazard(tools)))
        groups = listed(rng, life, closing=True)
        known = facts(
            2 * N, governance_tools=tools * 1.0, rules=(tools > 0) * 1.0,
            rules_day=np.where(tools > 0, groups["origin_us"] / DAY_US + 14, np.nan),
            tools_that_take_rights=tools * 0.5, tools_against_griefing=tools * 0.5,
            seats=seats * 1.0, plugins=rng.integers(1, 30, 2 * N) * 1.0,
            **{"source: omni": 1.0},
        )  # fmt: skip
        return as_of("mc_servers", registry=groups, facts=known.dropna())

    return make
