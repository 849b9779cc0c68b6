"""Planted lists of numbered groups: how fast they fill, and how fast they multiply."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.claims import Word
from helpers.claims.claim import Claim
from helpers.claims.designs.hazards.accelerated_failure import (
    time_ratio,
    time_ratio_between,
)
from helpers.claims.evaluation.curves import Computed
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.inference import cluster_by_label
from helpers.records import DAY_US
from tests.claims.registers import as_of, registry

FILL, SPLIT = "s2-slower-fill", "s0-fission-speed"
END = 4000


def verdict(name, study):
    """Return the verdict, all specifications computed."""
    return evaluate_claim(Claim.of(name), study, Computed(most=20, permutations=0))


def lists(project, born, fills, *, gap=10.0, end=END):
    """Return a study of lists whose versions are some days apart."""
    seen = np.ceil(born / gap) * gap
    full = np.ceil((born + fills) / gap) * gap
    full = np.where(full < end, full, np.nan)
    rows = pd.DataFrame(
        {
            "group": np.arange(len(born)), "number": np.nan, "shared": False,
            "unlisted_us": (seen - gap) * DAY_US, "listed_us": seen * DAY_US,
            "open_us": np.where(full > seen, (full - gap) * DAY_US, np.nan),
            "full_us": full * DAY_US, "removed_us": np.nan, "until_us": end * DAY_US,
        }
    )  # fmt: skip
    rows["open_us"] = rows["open_us"].fillna(
        pd.Series(np.where(np.isnan(full), end * DAY_US, np.nan))
    )
    groups = registry(
        len(born), end, seen, network=project, batch=project, last_us=np.nan
    )
    return as_of("zh_numbered_groups", fills=rows, registry=groups)


def projects(within, between=0.0, n=60, groups=12, seed=4):
    """Plant projects that begin in turn; the log of the time has two slopes a year."""
    rng = np.random.default_rng(seed)
    project = np.repeat(np.arange(n), groups)
    start = np.repeat(np.linspace(10, 1800, n), groups)
    born = start + rng.uniform(0, 1400, len(project))
    mean = pd.Series(born).groupby(project).transform("mean").to_numpy()
    years = within * (born - mean) / 365.25 + between * mean / 365.25
    fills = np.exp(4.5 + years + rng.normal(0, 0.7, len(project)))
    return lists([f"project {i}" for i in project], born, fills)


@pytest.mark.parametrize(
    ("ratio", "reason"),
    [(1.6, "SUPPORTED, but fails its negative control"), (1.0, "")],
)
def test_the_slope_within_projects_is_estimated(ratio, reason):
    """Planted per year of listing, seen between versions ten days apart.

    A slope of this source decides nothing: succession alone makes one.
    """
    found = verdict(FILL, projects(np.log(ratio), np.log(ratio)))
    assert found.word == ("INCONCLUSIVE" if reason else "CONTRADICTED")
    assert found.reason.startswith(reason)
    assert found.low < ratio < found.high


def test_opposite_slope_over_all_projects_is_fragile():
    """Where later projects fill faster, and later groups of each more slowly."""
    found = verdict(FILL, projects(np.log(1.6), np.log(0.4)))
    assert found.low > 1.25
    assert found.word is Word.FRAGILE
    assert "other side" in found.reason


def test_shared_and_undated_groups_are_excluded():
    """A number under two projects, or one of a list's first version, tells no time."""
    study = projects(np.log(1.6))
    fills = study.tables["fills"]
    whole = verdict(FILL, study).n
    out = fills["group"] < 60
    study.tables["fills"] = fills.assign(
        shared=fills["group"] < 30,
        unlisted_us=fills["unlisted_us"].where(~out | (fills["group"] < 30)),
    )
    assert verdict(FILL, study).n == whole - 60


@pytest.mark.parametrize(
    ("days", "many", "word"), [(45.0, 700, "SUPPORTED"), (120.0, 40, "INCONCLUSIVE")]
)
def test_doubling_can_only_support(days, many, word):
    """Births of one project in proportion to what is listed."""
    born = 10 + days * np.log2(np.arange(1, many))
    end = int(born.max()) + 10
    found = verdict(SPLIT, lists(["one"] * len(born), born, born * 0 + 1e4, end=end))
    assert found.word == word
    assert found.estimate == pytest.approx(days, rel=0.1)


def test_slow_growth_of_one_network_does_not_contradict():
    """Thirty groups over years: another network's pace decides nothing."""
    born = np.linspace(0, 3000, 40)
    found = verdict(SPLIT, lists(["one"] * 40, 10 + born, born * 0 + 1e4))
    assert found.word is Word.INCONCLUSIVE
    assert "one-sided" in found.qualifiers


@given(st.integers(0, 10**6), st.floats(0.5, 2.0))
def test_narrow_intervals_give_the_estimate_of_exact_times(seed, slope):
    """An event known to a hundredth tells what its time does."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, 60).astype(float)
    times = np.exp(slope * x + rng.normal(size=60))
    clusters = cluster_by_label(range(60))
    exact = time_ratio(times, np.ones(60, bool), x, clusters)
    near = time_ratio_between(
        times * 0.995, times * 1.005, pd.DataFrame({"x": x}), clusters
    )
    assert near.estimate == pytest.approx(exact.estimate, rel=1e-3)
    assert near.low == pytest.approx(exact.low, rel=1e-2)
