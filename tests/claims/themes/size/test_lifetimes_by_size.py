"""Sizes told from posters, or counted beside the last meeting: planted lives."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.claim import Claim
from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.curves import Computed
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.claims.themes.size.lifetimes_by_size import size_10_30_best
from tests.claims.registers import as_of, facts, registry
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

CLAIM = "s0-size-10-30-best"
SIZES = np.array([5, 20, 60, 150, 400])


def _sized(best, groups=SUBJECTS[CLAIM].groups, seed=6):
    size = SIZES[np.arange(groups) % len(SIZES)]
    life = np.where(size == best, 900.0, 120.0)
    return simulate_exponential(
        np.random.default_rng(seed), groups, life=life, posters=size
    )


@pytest.mark.parametrize(("best", "word"), [(20, "SUPPORTED"), (400, "CONTRADICTED")])
def test_best_size_by_posters_is_recovered(best, word):
    """Groups with as many posters live longest, and are found to."""
    found = evaluate_in_memory(CLAIM, _sized(best))

    assert found.word == word
    assert "proxy" in found.qualifiers


def test_two_corpora_are_strata_of_one_estimate():
    """Two corpora of one truth: no verdict is refused for having two networks."""
    study = _sized(20)
    rows = study.tables["groups"]
    half = np.arange(len(rows)) < len(rows) // 2
    study.tables["groups"] = rows.assign(
        network=np.where(half, "a", "b"), stratum=np.where(half, "one", "other")
    )
    found = size_10_30_best(Evidence.of(study))

    assert found.components[0].low > 1
    assert "in the corpora at hand" in found.qualifiers


def test_groups_older_than_the_record_are_in_no_size_bin():
    """Who is older than the record is in no bin, and the order of rows is nothing."""
    study = _sized(20, groups=600)
    rows = study.tables["groups"]
    old = rows["group"] % 2 == 0
    study.tables["facts"] = pd.DataFrame(
        {"group": rows.loc[old, "group"], "fact": "there_at_first", "value": 1.0}
    )
    one = size_10_30_best(Evidence.of(study))
    study.tables["groups"] = rows.sample(frac=1, random_state=1)
    two = size_10_30_best(Evidence.of(study))

    assert one.components[0].n <= (~old).sum()
    assert two.components[0].estimate == pytest.approx(one.components[0].estimate)


def by_dates(best, *, each=60, name="r_user_groups", column="members"):
    """Plant counts of four sizes; groups of one size meet for three times as long."""
    rng = np.random.default_rng(8)
    size = np.repeat(SIZES[:4], each)
    n = len(size)
    life = 40 + rng.exponential(np.where(size == best, 240.0, 80.0), n)
    born = 9_000 + rng.integers(0, 500, n)
    kind = "window A" if name == "lemmy_instances" else "rug"
    counts = pd.DataFrame({"group": np.arange(n), "day": born + 20})
    return as_of(
        name,
        registry=registry(n, 11_000, born, last=born + life, kind=kind),
        snapshots=counts.assign(members=np.nan, active=np.nan).assign(**{column: size}),
        facts=facts(n, listed_at_start=0.0, seen_before_window=0.0),
    )


def told(study):
    """Return the verdict, three specifications computed."""
    return evaluate_claim(Claim.of(CLAIM), study, Computed(most=3, permutations=0))


@pytest.mark.parametrize(("best", "word"), [(20, "SUPPORTED"), (60, "CONTRADICTED")])
def test_best_size_by_members_is_recovered(best, word):
    """Both W give it: 60 and 180 days without a meeting."""
    found = told(by_dates(best))
    assert found.word == word
    assert "proxy" in found.qualifiers


def test_refusal_counts_groups_of_the_claimed_size():
    """Twenty groups of each size: the register asks for thirty."""
    found = told(by_dates(20, each=20))
    assert found.word == "UNTESTABLE"
    assert "20 of 10–30" in found.reason


def test_server_listings_do_not_decide_the_best_size():
    """People active in a month, and how long a server was listed."""
    found = told(by_dates(20, name="lemmy_instances", column="active"))
    assert found.word == "INCONCLUSIVE"
    assert "one-sided" in found.qualifiers
    assert "people active in a month" in found.definition
