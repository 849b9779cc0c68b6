"""Talk in another place, told from sums that do not tell people apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.lurkers.lurkers import count_fewest_people
from tests.claims.registers import as_of, registry

CLAIM = "s0-lurkers-talk-elsewhere"


def _study(share, lurkers=200, groups=3):
    """Plant groups of lurkers of whom a share wrote elsewhere."""
    away = round(lurkers * share)
    rows = pd.DataFrame({"group": range(groups), "quarter": "2024Q1"})
    rows = rows.assign(
        lurkers=lurkers, lurkers_elsewhere=away, speakers=50, speakers_elsewhere=40
    )
    return as_of("rcontrib_slack", registry=registry(groups, 4000), elsewhere=rows)


@pytest.mark.parametrize(("share", "word"), [(0.7, "SUPPORTED"), (0.3, "INCONCLUSIVE")])
def test_share_of_lurkers_writing_elsewhere_is_recovered(share, word):
    """Three groups of 200 are 200 people at the least; a lower bound rules out none."""
    found = evaluate(CLAIM, _study(share))
    assert (found.word, found.estimate) == (word, share)
    assert (found.n, found.interval.clusters) == (600, 200)
    assert found.beside[0].interval.estimate == pytest.approx(0.8)


def test_a_study_that_logs_one_venue_is_refused():
    """Nobody was seen in two venues: a share of zero would say nothing of people."""
    study = _study(0.0)
    study.tables["elsewhere"]["speakers_elsewhere"] = 0
    found = evaluate(CLAIM, study)
    assert found.word == "UNTESTABLE"
    assert "members who wrote in another venue, 1 needed" in found.reason


def test_memberships_do_not_narrow_the_limits_beyond_people():
    """The same people may be in all of them."""
    one, ten = (evaluate(CLAIM, _study(0.6, groups=n)).interval for n in (1, 10))
    assert (one.low, one.high) == pytest.approx((ten.low, ten.high))


def test_seven_lurkers_are_refused():
    """Eight are needed, as everywhere."""
    found = evaluate(CLAIM, _study(0.6, lurkers=7, groups=9))
    assert found.word == "UNTESTABLE"
    assert "8 needed" in found.reason


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.randoms())
def test_fewest_people_is_the_smallest_effective_sample_size(held, random):
    """However memberships are dealt out, they are worth as many people or more."""
    if not sum(held):
        return
    each = count_fewest_people(held)
    people = max(held) + random.randint(0, 4)
    dealt = np.zeros(people)
    for number in held:
        dealt[random.sample(range(people), number)] += 1
    dealt = dealt[dealt > 0]
    assert each.sum() == dealt.sum() == sum(held)
    assert (
        dealt.sum() ** 2 / (dealt**2).sum() >= each.sum() ** 2 / (each**2).sum() - 1e-9
    )
