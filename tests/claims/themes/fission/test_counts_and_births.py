"""Planted counts of members, and foundings: how fast groups fill and multiply."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.claim import Claim
from helpers.claims.evaluation.curves import Computed
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.records import DAY_US
from tests.claims.registers import as_of, registry

FILL, SPLIT = "s2-slower-fill", "s0-fission-speed"
END = 14_000  # days since 1970


def verdict(name, study):
    """Return the verdict, all specifications computed."""
    return evaluate_claim(Claim.of(name), study, Computed(most=12, permutations=0))


def filling(ratio, *, n=300, every=20, seed=5):
    """Plant groups of four years, counted now and then; times stretch by a ratio."""
    rng = np.random.default_rng(seed)
    year = rng.integers(0, 4, n)
    first = np.array(
        [np.datetime64(f"{2000 + y}-03-01", "D").astype(int) for y in year]
    )
    born = first + rng.integers(0, 200, n)
    days = np.exp(4.5 + np.log(ratio) * year + rng.normal(0, 0.6, n))
    rows = []
    for group in range(n):
        ages = np.arange(3, END - born[group], every)
        size = np.minimum(100 * ages / days[group], 180).astype(int)
        rows += [
            (group, born[group] + age, members)
            for age, members in zip(ages[:120], size[:120], strict=True)
        ]
    counts = pd.DataFrame(rows, columns=["group", "day", "members"])
    groups = registry(n, END, born, last=END)
    return as_of("r_user_groups", registry=groups, snapshots=counts)


@pytest.mark.parametrize(("ratio", "word"), [(1.6, "SUPPORTED"), (1.0, "CONTRADICTED")])
def test_time_to_a_hundred_members_by_founding_year_is_recovered(ratio, word):
    """Between two counts twenty days apart."""
    found = verdict(FILL, filling(ratio))
    assert found.reason.startswith(f"{word}, which")  # withdrawn: shown only
    assert found.low < ratio < found.high


def test_groups_older_than_the_record_are_excluded():
    """Their hundredth member may have joined before the first count."""
    study = filling(1.6)
    groups = study.tables["registry"]
    older = groups["group"] < 100
    study.tables["registry"] = groups.assign(
        entry_us=groups["entry_us"] + older * 50 * DAY_US
    )
    assert verdict(FILL, study).n == 200


def test_fewer_than_ten_filled_groups_are_refused():
    """Nine groups with a hundred members; ten are needed for a slope."""
    study = filling(1.0)
    counts = study.tables["snapshots"]
    study.tables["snapshots"] = counts.assign(
        members=counts["members"].where(counts["group"] < 9, 40)
    )
    found = verdict(FILL, study)
    assert (found.word, "9 groups filled, 10 needed" in found.reason) == (
        "UNTESTABLE",
        True,
    )


def founding(born, *, closed=np.nan, entry=None, end=END):
    """Return a network whose groups are listed and never closed unless said."""
    shut = np.broadcast_to(closed, len(born))
    stop = np.fmin(shut, end)
    groups = registry(len(born), stop, born, closed=shut, last=stop)
    entered = born if entry is None else entry
    return as_of("rust_teams", registry=groups.assign(entry_us=entered * DAY_US))


@pytest.mark.parametrize(
    ("days", "many", "word"), [(40.0, 900, "SUPPORTED"), (90.0, 900, "INCONCLUSIVE")]
)
def test_doubling_pace_can_only_support(days, many, word):
    """Births in proportion to what lives; slow growth contradicts nothing."""
    born = 9_000 + np.rint(days * np.log2(np.arange(1, many))).astype(int)
    found = verdict(SPLIT, founding(born, end=int(born.max()) + 5))
    assert found.word == word
    assert found.estimate == pytest.approx(days, rel=0.15)
    assert {"proxy", "portable form"} <= set(found.qualifiers)


def test_groups_existing_at_the_start_lengthen_doubling_time():
    """Thirty births beside a hundred older groups are slow growth."""
    born = np.concatenate([np.full(100, 5_000), 9_000 + 10 * np.arange(31)])
    entry = np.where(born < 9_000, 8_990, born)
    alone = verdict(SPLIT, founding(born[100:], end=9_420)).estimate
    beside = verdict(SPLIT, founding(born, entry=entry, end=9_420)).estimate
    assert beside > 4 * alone


def test_closed_groups_are_not_counted_as_living():
    """As many closed as were born: the number never doubles."""
    born = 9_000 + 10 * np.arange(41)
    found = verdict(SPLIT, founding(born, closed=born + 5.0, end=9_420))
    assert found.estimate == np.inf
    assert found.word == "INCONCLUSIVE"
