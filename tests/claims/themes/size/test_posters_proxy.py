"""Sizes told from posters, in one corpus and over several as strata."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.size.sizes_proxy import best_by_posters
from helpers.validation.coverage.subjects import SUBJECTS
from helpers.validation.worlds.claims.subject import verdict
from helpers.validation.worlds.claims.tabled import planted

SIZES = np.array([5, 20, 60, 150, 400])


def _sized(best, groups=SUBJECTS["s0-size-10-30-best"].groups, seed=6):
    size = SIZES[np.arange(groups) % len(SIZES)]
    life = np.where(size == best, 900.0, 120.0)
    return planted(np.random.default_rng(seed), groups, life=life, posters=size)


@pytest.mark.parametrize(("best", "word"), [(20, "SUPPORTED"), (400, "CONTRADICTED")])
def test_the_best_size_is_found(best, word):
    """Groups with as many posters live longest, and are found to."""
    found = verdict("s0-size-10-30-best", _sized(best))

    assert found.word == word
    assert "proxy" in found.qualifiers


def test_strata_are_one_estimate():
    """Two corpora of one truth: no verdict is refused for having two networks."""
    study = _sized(20)
    rows = study.tables["groups"]
    half = np.arange(len(rows)) < len(rows) // 2
    study.tables["groups"] = rows.assign(
        network=np.where(half, "a", "b"), stratum=np.where(half, "one", "other")
    )
    found = best_by_posters(Evidence.of(study))

    assert found.legs[0].low > 1
    assert "in the corpora at hand" in found.qualifiers


def test_groups_that_come_late_have_no_first_month():
    """Who is older than the record is in no bin, and the order of rows is nothing."""
    study = _sized(20, groups=600)
    rows = study.tables["groups"]
    old = rows["group"] % 2 == 0
    study.tables["facts"] = pd.DataFrame(
        {"group": rows.loc[old, "group"], "fact": "there_at_first", "value": 1.0}
    )
    one = best_by_posters(Evidence.of(study))
    study.tables["groups"] = rows.sample(frac=1, random_state=1)
    two = best_by_posters(Evidence.of(study))

    assert one.legs[0].n <= (~old).sum()
    assert two.legs[0].estimate == pytest.approx(one.legs[0].estimate)
