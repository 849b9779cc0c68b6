"""Registries with planted rules: two dates a group, and what was known of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.records import DAY_US
from helpers.study import open_study
from helpers.validation.worlds.claims.tabled import Planted

N, END = 900, 2000


def registry(rng, life, *, closing):
    """Return a registry of lives in days, cut at the end of the record."""
    born = rng.integers(0, 50, len(life))
    last = np.minimum(born + np.floor(life), END - 1)
    gone = (born + life < END - 31) & closing
    return pd.DataFrame(
        {
            "group": np.arange(len(life)), "batch": np.arange(len(life)).astype(str),
            "network": [f"group {i}" for i in range(len(life))],
            "origin_us": born * DAY_US,
            "entry_us": (born + 28 * closing) * DAY_US,
            "end_us": np.where(gone, last + 1, END).astype("int64") * DAY_US,
            "closed_us": np.where(gone, (last + 1) * DAY_US, np.nan),
            "closed_kind": np.where(gone, "no longer answered", None),
            "last_us": last * float(DAY_US),
        }
    )  # fmt: skip


def facts(**of):
    """Return facts of all groups: numbers by fact, nan where none is known."""
    tables = [
        pd.DataFrame({"group": np.arange(len(values)), "fact": fact, "value": values})
        for fact, values in of.items()
    ]
    return pd.concat(tables, ignore_index=True).dropna()


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
        groups = registry(rng, life, closing=False)
        born = groups["origin_us"] / DAY_US
        after = np.where(late, born + 14 + life, np.nan)
        since = np.where(ruled, born + 3, after)
        commits = np.round(np.expm1(3 + busy).clip(0, 1e4))
        place = pd.DataFrame(
            {"group": np.arange(N), "fact": "country: US", "value": 1.0}
        )
        known = facts(
            rules=(ruled | late) * 1.0, rules_day=since, rule_text_day=since,
            authors_days_0_13=np.ones(N), commits_days_0_13=commits,
            organizers_day_13=np.where(np.arange(N) % 2, rng.integers(1, 5, N), np.nan),
        )  # fmt: skip
        study = open_study("nodeschool_chapters")
        tables = {
            "registry": groups, "facts": pd.concat([known, place]),
            "snapshots": worked(groups),
        }  # fmt: skip
        return replace(Planted(tables, study.observability), name=study.name)

    return make


@pytest.fixture
def servers():
    """Plant servers; the log-hazard is a function of the number of their tools."""

    def make(log_hazard):
        rng = np.random.default_rng(6)
        tools = rng.integers(0, 9, 2 * N) * (rng.random(2 * N) < 0.6)
        seats = rng.integers(2, 60, 2 * N)
        life = 29 + rng.exponential(200 * np.exp(-log_hazard(tools)))
        groups = registry(rng, life, closing=True)
        known = facts(
            governance_tools=tools * 1.0, rules=(tools > 0) * 1.0,
            rules_day=np.where(tools > 0, groups["origin_us"] / DAY_US + 14, np.nan),
            tools_that_take_rights=tools * 0.5, tools_against_griefing=tools * 0.5,
            seats=seats * 1.0, plugins=rng.integers(1, 30, 2 * N) * 1.0,
        )  # fmt: skip
        place = pd.DataFrame(
            {"group": np.arange(2 * N), "fact": "source: omni", "value": 1.0}
        )
        study = open_study("mc_servers")
        tables = {"registry": groups, "facts": pd.concat([known, place])}
        return replace(Planted(tables, study.observability), name=study.name)

    return make
