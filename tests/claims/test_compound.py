"""Rules over several numbers: each word at its side of each bar."""

import numpy as np
import pytest

from helpers.claims import Verdict
from helpers.claims.combine import combine_verdicts
from helpers.claims.compound import COMPOUND
from helpers.claims.rules import Word
from helpers.inference import clopper_pearson
from helpers.survival.interval import Interval, Wald

YES, NO, SMALL = Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL
OPEN = Word.INCONCLUSIVE


def ratio(estimate, low_to=1.1):
    """Return a ratio whose 95 % limits lie a factor away."""
    rule = Wald(estimate, np.log(low_to) / 1.96, "log")
    return Interval.of(estimate, rule, method="", n=99, clusters=99)


def pair(estimate, reach=0.05):
    """Return a correlation or difference with limits so far away."""
    rule = Wald(estimate, reach / 1.96, "identity")
    return Interval.of(estimate, rule, method="", n=99, clusters=99)


CASES = [
    ("s1-rules-too-strict", (ratio(0.8), ratio(1.3)), YES),
    ("s1-rules-too-strict", (ratio(0.8), ratio(1.0, 1.05)), NO),
    ("s1-rules-too-strict", (ratio(0.99), ratio(1.3)), OPEN),  # no fall before it
    ("s1-rules-too-strict", (ratio(0.8), ratio(1.05, 1.02)), SMALL),
    ("s4-structure-and-culture", (ratio(0.6), ratio(0.7)), YES),
    ("s4-structure-and-culture", (ratio(0.6), ratio(1.0)), NO),
    ("s4-structure-and-culture", (ratio(0.6), ratio(0.9, 1.05)), SMALL),
    ("s4-structure-and-culture", (ratio(0.6), ratio(0.85, 1.3)), OPEN),
    ("s1-single-tactics-dont-last", (ratio(1.0),), YES),
    ("s1-single-tactics-dont-last", (ratio(0.6),), YES),  # harm counts
    ("s1-single-tactics-dont-last", (ratio(1.5),), NO),
    ("s1-single-tactics-dont-last", (ratio(1.25),), OPEN),
    ("s3-types-differ-in-survival", (ratio(1.0), ratio(1.4)), YES),
    ("s3-types-differ-in-survival", (ratio(0.7), ratio(1.0)), YES),
    ("s3-types-differ-in-survival", (ratio(1.0), ratio(1.02)), NO),
    ("s3-types-differ-in-survival", (ratio(1.0), ratio(1.1)), OPEN),
    ("s3-daily-prompts", (ratio(1.5), ratio(1.0, 1.05)), YES),
    ("s3-daily-prompts", (ratio(1.0), ratio(1.0, 1.05)), NO),
    ("s3-daily-prompts", (ratio(1.5), ratio(1.2, 1.05)), OPEN),  # the day before too
    ("s0-success-traits-cohere", (pair(0.4), pair(0.3), pair(0.2)), YES),
    ("s0-success-traits-cohere", (pair(0.4), pair(0.1), pair(0.0)), NO),
    ("s0-success-traits-cohere", (pair(0.4), pair(0.35), pair(0.12)), OPEN),
    ("s0-mutual-influence", (pair(0.2), clopper_pearson(0, 500)), YES),
    ("s0-mutual-influence", (pair(0.2), clopper_pearson(50, 500)), OPEN),
    ("s0-mutual-influence", (pair(-0.01), clopper_pearson(300, 500)), NO),
]


@pytest.mark.parametrize(("claim", "legs", "word"), CASES)
def test_a_rule_says_what_the_register_says(claim, legs, word):
    """On either side of each of its bars."""
    rule = COMPOUND[claim]

    assert rule.decide(*legs).word is word
    assert len(rule.beyond(*legs)) == len(legs)


@pytest.mark.parametrize("claim", COMPOUND)
def test_a_leg_that_is_missing_leaves_no_verdict(claim):
    """Nothing is decided on half of what a rule asks for."""
    legs = next(legs for name, legs, _ in CASES if name == claim)

    assert COMPOUND[claim].decide(None, *legs[1:]).word is Word.UNTESTABLE
    assert COMPOUND[claim].beyond(None, *legs[1:])[0] in {None, True, False}


@pytest.mark.parametrize("claim", COMPOUND)
def test_corpora_are_told_together_in_words(claim):
    """Six corpora that agree say so; no one number is pooled from several legs."""
    legs = next(legs for name, legs, word in CASES if name == claim and word is YES)
    verdicts = [
        Verdict(claim=claim, study=f"corpus {n}", word=YES, checksum="", legs=legs)
        for n in range(6)
    ]
    found = combine_verdicts(COMPOUND[claim], verdicts, threshold_is_ours=False)

    assert found.word is YES
    assert found.mean is None
