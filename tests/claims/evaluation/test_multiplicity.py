"""Beside a verdict stands what it is worth among the others of its theme."""

from types import SimpleNamespace

import pytest

from helpers.claims.evaluation.multiplicity import families
from helpers.claims.rules.interval_rules import Word
from helpers.inference import clopper_pearson
from tests.claims.intervals import around


def verdict(claim, *legs, study="here", word=Word.SUPPORTED):
    """Return what families look at."""
    return SimpleNamespace(
        claim=claim, study=study, word=word, legs=legs, interval=legs[0]
    )


def ratio(estimate, se=0.1):
    """Return a hazard ratio."""
    return around(estimate, se)


def test_alone_in_its_theme_nothing_is_adjusted():
    """The p value is that of the threshold, here of one half."""
    one = verdict("s0-three-month-death", clopper_pearson(60, 100))
    found = families([one])[("s0-three-month-death", "here")]

    assert found.adjusted == pytest.approx(found.p)
    assert found.p == pytest.approx(0.0569, abs=1e-3)  # twice P(X ≥ 60 | 0.5)
    assert found.selected


def test_company_raises_the_p_value():
    """Of two claims of one theme in one study; other studies do not count."""
    ours = verdict("s0-three-month-death", clopper_pearson(60, 100))
    theirs = verdict("s0-novelty-decay", ratio(1.0, 1.0), word=Word.INCONCLUSIVE)
    elsewhere = verdict("s0-novelty-decay", ratio(1.0), study="there")
    beside = families([ours, theirs, elsewhere])
    found = beside[("s0-three-month-death", "here")]

    assert found.adjusted == pytest.approx(2 * found.p)
    assert not found.selected
    assert "does not survive" in found.told


def test_a_size_ruled_out_hangs_on_the_margin():
    """A ratio of 1 that excludes 1.25 is evidence, though 1 is inside."""
    flat = verdict("s4-core-members-needed", ratio(1.0, 0.02), word=Word.CONTRADICTED)
    found = families([flat])[("s4-core-members-needed", "here")]

    assert found.p < 1e-6


def test_selected_intervals_are_wider_where_few_are_selected():
    """One selected of two: level 1 − 0.10/2, not 1 − 0.10."""
    sure = verdict("s0-three-month-death", clopper_pearson(90, 100))
    unsure = verdict("s0-novelty-decay", ratio(0.9, 1.0), word=Word.INCONCLUSIVE)
    interval = families([sure, unsure])[("s0-three-month-death", "here")].interval

    assert interval.level == pytest.approx(0.95)


def test_refusals_have_no_place():
    """A claim that could not be tested is not among the many."""
    refused = verdict("s0-novelty-decay", None, word=Word.UNTESTABLE)

    assert families([refused]) == {}
