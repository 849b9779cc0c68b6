"""Planted counts of members at day 28, and the last meeting of each group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.curves.source import Computed
from helpers.claims.evaluation.evaluate import evaluated
from helpers.claims.fixed.register import claim
from helpers.records import DAY_US
from helpers.study import open_study
from helpers.validation.worlds.claims.tabled import Planted

SIZES = (5, 20, 60, 150)
EACH = 60


def _study(best, *, each=EACH, name="r_user_groups", column="members"):
    """Plant groups of four sizes; those of one size meet for three times as long."""
    rng = np.random.default_rng(8)
    size = np.repeat(SIZES, each)
    n = len(size)
    life = 40 + rng.exponential(np.where(size == best, 240.0, 80.0), n)
    born = 9_000 + rng.integers(0, 500, n)
    end = 11_000
    registry = pd.DataFrame(
        {
            "group": np.arange(n), "key": [f"g{i}" for i in range(n)],
            "network": "one", "batch": [f"b{i}" for i in range(n)], "kind": "rug",
            "origin_us": born * DAY_US, "entry_us": born * DAY_US,
            "end_us": end * DAY_US, "closed_us": np.nan, "closed_kind": None,
            "last_us": ((born + life) * DAY_US).astype("int64"),
        }
    )  # fmt: skip
    counts = pd.DataFrame({"group": np.arange(n), "day": born + 20})
    counts = counts.assign(members=np.nan, active=np.nan).assign(**{column: size})
    study = open_study(name)
    facts = pd.DataFrame(
        [
            (group, fact, 0.0)
            for group in range(n)
            for fact in ("listed_at_start", "seen_before_window")
        ],
        columns=["group", "fact", "value"],
    )
    if name == "lemmy_instances":
        registry["kind"] = "window A"
    tables = {"registry": registry, "snapshots": counts, "facts": facts}
    return replace(Planted(tables, study.observability), name=study.name)


def _verdict(study):
    return evaluated(
        claim("s0-size-10-30-best"), study, Computed(most=3, permutations=0)
    )


@pytest.mark.parametrize(("best", "word"), [(20, "SUPPORTED"), (60, "CONTRADICTED")])
def test_the_size_that_lives_longest_is_found(best, word):
    """Both W give it: 60 and 180 days without a meeting."""
    found = _verdict(_study(best))
    assert found.word == word
    assert "proxy" in found.qualifiers


def test_too_few_of_the_size_are_counted_in_the_refusal():
    """Twenty groups of each size: the register asks for thirty."""
    found = _verdict(_study(20, each=20))
    assert found.word == "UNTESTABLE"
    assert "20 of 10–30" in found.reason


def test_listings_are_shown_and_decide_nothing():
    """People active in a month, and how long a server was listed."""
    found = _verdict(_study(20, name="lemmy_instances", column="active"))
    assert found.word == "INCONCLUSIVE"
    assert "one-sided" in found.qualifiers
    assert "people active in a month" in found.definition
