"""Published tables, and worlds whose truth is known."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.survival.lifetimes import Lifetimes

DATA = Path(__file__).parents[1] / "data"
DAY_US = 86_400_000_000


@pytest.fixture(scope="session")
def table():
    """Return a reader of the small tables in tests/data."""
    return lambda name: pd.read_csv(DATA / f"{name}.csv")


@pytest.fixture(scope="session")
def make_lives():
    """Return a maker of lifetimes from durations, ends and whatever else matters."""

    def make(durations, ended, entry=None, *, network=None, potential=None):
        n = len(durations)
        nothing = np.zeros(n, bool)
        durations = np.asarray(durations, float)
        return Lifetimes(
            group=np.arange(n),
            durations=durations,
            ended=np.asarray(ended, bool),
            entry=np.zeros(n) if entry is None else np.asarray(entry, float),
            potential=durations if potential is None else np.asarray(potential, float),
            last_age=durations,
            waited=np.full(n, 60.0),
            slow=nothing,
            never_active=nothing,
            revived=nothing,
            network=np.asarray(["one"] * n if network is None else network, object),
            batch=np.asarray(["one"] * n, object),
            listed=n,
            born_late=0,
            gone_before_entry=0,
            definition="planted",
        )

    return make


@pytest.fixture(scope="session")
def make_groups():
    """Return a maker of the tables `groups` and `silences` from messages in days."""

    def make(origins, messages, end, entry=None):
        """Take one sorted array of message days for each group."""
        messages = [np.asarray(m, float) for m in messages]
        first = [m[0] if len(m) else np.nan for m in messages]
        last = [m[-1] if len(m) else np.nan for m in messages]
        early = [
            int(np.sum(m < origin + 28))
            for m, origin in zip(messages, origins, strict=True)
        ]
        n = len(origins)
        groups = pd.DataFrame(
            {
                "group": np.arange(n, dtype="int32"),
                "network": ["one"] * n,
                "batch": ["one"] * n,
                "origin_us": _us(origins).astype("int64"),
                "entry_us": _us(origins if entry is None else entry).astype("int64"),
                "end_us": _us(np.full(n, float(end))).astype("int64"),
                "first_us": _us(first),
                "last_us": _us(last),
                "early_messages": early,
            }
        )
        return groups, _silences(messages)

    return make


def _us(days):
    days = pd.Series(np.rint(np.asarray(days, float) * DAY_US))
    return days.astype("Int64")


def _silences(messages):
    rows = [
        (group, start, stop)
        for group, m in enumerate(messages)
        for start, stop in pairwise(m)
        if stop - start >= 28
    ]
    found = pd.DataFrame(rows, columns=["group", "start_us", "end_us"])
    for column in ("start_us", "end_us"):
        found[column] = np.rint(found[column].astype(float) * DAY_US).astype("int64")
    return found.astype({"group": "int32"})


@pytest.fixture(scope="session")
def planted_world(make_groups):
    """Return a maker of groups with Weibull lifetimes and Poisson messages."""

    def world(seed, n=300, rate=0.25, window=730.0):
        rng = np.random.default_rng(seed)
        origins = rng.uniform(0, window, n)
        deaths = origins + 150 * rng.weibull(0.8, n)
        messages = []
        for origin, death in zip(origins, deaths, strict=True):
            stop = min(death, window)
            later = rng.uniform(origin, stop, rng.poisson(rate * (stop - origin)))
            messages.append(np.sort(np.append(later, origin)))
        return make_groups(origins, messages, window)

    return world
