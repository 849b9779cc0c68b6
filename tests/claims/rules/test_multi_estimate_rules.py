"""Rules over several numbers: each word at its side of each bar."""

import numpy as np
import pytest
from scipy import stats

from helpers.claims import Verdict
from helpers.claims.evaluation.pooling import combine_verdicts
from helpers.claims.fixed.register import get_claim as entry_of
from helpers.claims.rules.interval_rules import Word
from helpers.claims.rules.multi_estimate_rules import COMPOUND
from helpers.inference import compute_exact_interval
from tests.claims.intervals import around, fixed

YES, NO, SMALL = Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL
OPEN = Word.INCONCLUSIVE


def ratio(estimate, low_to=1.1):
    """Return a ratio whose 95 % limits lie a factor away."""
    return around(estimate, np.log(low_to) / 1.96)


def pair(estimate, reach=0.05):
    """Return a correlation or difference with limits so far away."""
    return around(estimate, reach / 1.96, "identity")


CASES = [
    ("s1-rules-too-strict", (ratio(0.8), ratio(1.3)), YES),
    ("s4-structure-and-culture", (ratio(0.6), ratio(0.7)), YES),
    ("s1-single-tactics-dont-last", (ratio(1.0),), YES),
    ("s3-types-differ-in-survival", (ratio(1.0), ratio(1.4)), YES),
    ("s3-daily-prompts", (ratio(1.5), ratio(1.0, 1.05)), YES),
    ("s3-daily-prompts", (ratio(1.0), ratio(1.0, 1.05)), NO),
    ("s3-daily-prompts", (ratio(1.5), ratio(1.2, 1.05)), OPEN),  # the day before too
    ("s0-success-traits-cohere", (pair(0.4), pair(0.3), pair(0.2)), YES),
    ("s0-mutual-influence", (pair(0.2), compute_exact_interval(0, 500)), YES),
    ("s0-mutual-influence", (pair(0.2), compute_exact_interval(50, 500)), OPEN),
    ("s0-mutual-influence", (pair(-0.01), compute_exact_interval(300, 500)), NO),
]


@pytest.mark.parametrize(("claim", "components", "word"), CASES)
def test_compound_rule_gives_the_registered_verdict(claim, components, word):
    """On either side of each of its bars."""
    rule = COMPOUND[claim]

    assert rule.decide(*components).word is word
    assert len(rule.beyond(*components)) == len(components)


@pytest.mark.parametrize("claim", COMPOUND)
def test_compound_rule_with_a_missing_component_is_untestable(claim):
    """Nothing is decided on half of what a rule asks for."""
    components = next(components for name, components, _ in CASES if name == claim)

    assert COMPOUND[claim].decide(None, *components[1:]).word is Word.UNTESTABLE
    assert COMPOUND[claim].beyond(None, *components[1:])[0] in {None, True, False}


@pytest.mark.parametrize("claim", COMPOUND)
def test_corpora_are_reported_together_in_words(claim):
    """Six corpora that agree say so; several components are not pooled."""
    components = next(
        components for name, components, word in CASES if name == claim and word is YES
    )
    verdicts = [
        Verdict(
            claim=claim,
            study=f"corpus {n}",
            word=YES,
            checksum="",
            components=components,
        )
        for n in range(6)
    ]
    found = combine_verdicts(entry_of(claim), verdicts)

    assert found.word is YES
    assert found.mean is None


def at_p(estimate, p):
    """Return a ratio whose test against 1 has this p."""
    return around(estimate, abs(np.log(estimate)) / stats.norm.isf(p / 2))


FALLS, DAY_BEFORE = fixed(0.5, 0.6, 0.7), fixed(0.95, 1.0, 1.05)
HALF, WEAK = fixed(0.2, 0.4, 0.5), fixed(0.15, 0.2, 0.29)
EDGES = [
    ("s1-rules-too-strict", (at_p(0.8, 0.0248), at_p(1.3, 0.0495)), YES),
    ("s1-rules-too-strict", (at_p(0.8, 0.0252), at_p(1.3, 0.0495)), OPEN),
    ("s1-rules-too-strict", (at_p(0.8, 0.0248), at_p(1.3, 0.0505)), OPEN),
    ("s1-rules-too-strict", (at_p(0.8, 0.0495), at_p(1.3, 0.0248)), YES),
    ("s1-rules-too-strict", (at_p(0.8, 0.001), at_p(1.1, 0.001)), YES),
    ("s1-rules-too-strict", (at_p(1.2, 0.001), at_p(1.3, 0.001)), OPEN),
    ("s1-rules-too-strict", (at_p(0.8, 0.001), fixed(1.02, 1.09, 1.3)), OPEN),
    ("s1-rules-too-strict", (at_p(0.8, 0.001), fixed(0.7, 0.8, 0.9)), NO),
    ("s1-rules-too-strict", (at_p(0.8, 0.001), fixed(1.01, 1.05, 1.09)), SMALL),
    ("s1-rules-too-strict", (at_p(0.8, 0.001), fixed(0.99, 1.05, 1.09)), NO),
    ("s1-rules-too-strict", (at_p(0.8, 0.001), fixed(0.99, 1.05, 1.11)), OPEN),
    ("s4-structure-and-culture", (FALLS, fixed(0.5, 0.8, 0.99)), YES),
    ("s4-structure-and-culture", (fixed(0.5, 0.8, 0.99), FALLS), YES),
    ("s4-structure-and-culture", (FALLS, fixed(0.5, 0.8, 1.01)), OPEN),
    ("s4-structure-and-culture", (FALLS, fixed(0.5, 0.81, 0.99)), OPEN),
    ("s4-structure-and-culture", (FALLS, fixed(0.81, 0.9, 1.01)), NO),
    ("s4-structure-and-culture", (fixed(0.81, 0.9, 0.99), FALLS), SMALL),
    ("s4-structure-and-culture", (FALLS, fixed(0.79, 0.9, 0.99)), OPEN),
    ("s1-single-tactics-dont-last", (fixed(0.5, 0.6, 0.79),), YES),
    ("s1-single-tactics-dont-last", (fixed(0.5, 0.6, 0.8),), OPEN),
    ("s1-single-tactics-dont-last", (fixed(0.5, 0.6, 0.81),), OPEN),
    ("s1-single-tactics-dont-last", (fixed(0.81, 1.0, 1.24),), YES),
    ("s1-single-tactics-dont-last", (fixed(0.81, 1.0, 1.26),), OPEN),
    ("s1-single-tactics-dont-last", (fixed(0.79, 1.0, 1.24),), OPEN),
    ("s1-single-tactics-dont-last", (fixed(1.24, 1.3, 1.5),), OPEN),
    ("s1-single-tactics-dont-last", (fixed(1.26, 1.3, 1.5),), NO),
    ("s3-types-differ-in-survival", (fixed(1.16, 1.2, 1.3),), YES),
    ("s3-types-differ-in-survival", (fixed(1.15, 1.2, 1.3),), OPEN),
    ("s3-types-differ-in-survival", (fixed(1.14, 1.2, 1.3),), OPEN),
    ("s3-types-differ-in-survival", (fixed(0.5, 0.6, 1 / 1.16),), YES),
    ("s3-types-differ-in-survival", (fixed(0.5, 0.6, 1 / 1.15),), OPEN),
    ("s3-types-differ-in-survival", (fixed(0.5, 0.6, 1 / 1.14),), OPEN),
    ("s3-types-differ-in-survival", (fixed(1 / 1.14, 1.0, 1.14),), NO),
    ("s3-types-differ-in-survival", (fixed(1 / 1.16, 1.0, 1.14),), OPEN),
    ("s3-types-differ-in-survival", (fixed(1 / 1.15, 1.0, 1.14),), OPEN),
    ("s3-types-differ-in-survival", (fixed(1 / 1.14, 1.0, 1.15),), OPEN),
    ("s3-types-differ-in-survival", (fixed(1 / 1.14, 1.0, 1.16),), OPEN),
    ("s3-daily-prompts", (fixed(1.01, 1.2, 1.5), DAY_BEFORE), YES),
    ("s3-daily-prompts", (fixed(1.01, 1.19, 1.5), DAY_BEFORE), OPEN),
    ("s3-daily-prompts", (fixed(0.99, 1.2, 1.5), DAY_BEFORE), OPEN),
    ("s3-daily-prompts", (fixed(1.1, 1.3, 1.5), fixed(0.91, 1.0, 1.09)), YES),
    ("s3-daily-prompts", (fixed(1.1, 1.3, 1.5), fixed(0.89, 1.0, 1.09)), OPEN),
    ("s3-daily-prompts", (fixed(1.1, 1.3, 1.5), fixed(0.91, 1.0, 1.11)), OPEN),
    ("s0-success-traits-cohere", (fixed(0.101, 0.3, 0.5),) * 3, YES),
    ("s0-success-traits-cohere", (HALF, HALF, fixed(0.1, 0.3, 0.5)), OPEN),
    ("s0-success-traits-cohere", (HALF, HALF, fixed(0.099, 0.3, 0.5)), OPEN),
    ("s0-success-traits-cohere", (fixed(0.2, 0.299, 0.5),) * 3, OPEN),
    ("s0-success-traits-cohere", (HALF, HALF, WEAK, WEAK), YES),
    ("s0-success-traits-cohere", (HALF, WEAK, WEAK, WEAK), NO),
    ("s0-success-traits-cohere", (HALF, *[fixed(0.15, 0.2, 0.3)] * 3), OPEN),
    ("s0-success-traits-cohere", (HALF, *[fixed(0.15, 0.2, 0.299)] * 3), NO),
    ("s0-mutual-influence", (fixed(0.01, 0.05, 0.2), fixed(0, 0.0099, 1)), YES),
    ("s0-mutual-influence", (fixed(0.01, 0.05, 0.2), fixed(0, 0.01, 1)), OPEN),
    ("s0-mutual-influence", (fixed(0.01, 0.05, 0.2), fixed(0, 0.0101, 1)), OPEN),
    ("s0-mutual-influence", (fixed(0.01, 0.0495, 0.2), fixed(0, 0.001, 1)), OPEN),
    ("s0-mutual-influence", (fixed(-0.01, 0.06, 0.2), fixed(0, 0.001, 1)), OPEN),
]


@pytest.mark.parametrize(("claim", "components", "word"), EDGES)
def test_compound_rule_changes_verdict_exactly_at_its_thresholds(
    claim, components, word
):
    """Just short of a bar, at it and just beyond it."""
    assert COMPOUND[claim].decide(*components).word is word


@pytest.mark.parametrize(
    ("claim", "estimates", "sides"),
    [
        ("s1-rules-too-strict", (0.99, 1.10), (True, True)),
        ("s1-rules-too-strict", (1.0, 1.09), (False, False)),
        ("s4-structure-and-culture", (0.80, 0.81), (True, False)),
        ("s1-single-tactics-dont-last", (1.24,), (True,)),
        ("s1-single-tactics-dont-last", (1.25,), (False,)),
        ("s3-types-differ-in-survival", (1.0, 1.16), (True, True)),
        ("s3-types-differ-in-survival", (1 / 1.16, 1.0), (True, True)),
        ("s3-types-differ-in-survival", (1.0, 1.15), (False, False)),
        ("s3-types-differ-in-survival", (None, 1.2), (True, True)),
        ("s3-types-differ-in-survival", (None, None), (False, False)),
        ("s3-daily-prompts", (1.2, 0.91), (True, True)),
        ("s3-daily-prompts", (1.19, 0.9), (False, False)),
        ("s3-daily-prompts", (None, 1.1), (None, False)),
        ("s0-success-traits-cohere", (0.3, 0.29), (True, False)),
        ("s0-mutual-influence", (0.05, 0.0099), (True, True)),
        ("s0-mutual-influence", (0.049, 0.01), (False, False)),
    ],
)
def test_side_of_each_estimate_counts_margins_as_reached(claim, estimates, sides):
    """Margins count as reached, bands and chances are open."""
    components = [None if e is None else fixed(0.001, e, 9.0) for e in estimates]

    assert COMPOUND[claim].beyond(*components) == sides


def test_ratio_below_the_band_is_qualified_as_harm():
    """A ratio wholly below the band is no lasting uplift, and is called harm."""
    rule = COMPOUND["s1-single-tactics-dont-last"]

    assert rule.decide(fixed(0.5, 0.6, 0.7)).qualifiers == ("harm",)
    assert rule.decide(fixed(0.9, 1.0, 1.1)).qualifiers == ()


@pytest.mark.parametrize("claim", ["s1-rules-too-strict", "s3-daily-prompts"])
def test_wrong_number_of_components_is_an_error(claim):
    """One component too few is an error of the estimator, not a verdict."""
    with pytest.raises(ValueError, match="longer"):
        COMPOUND[claim].beyond(fixed(0.9, 1.0, 1.1))


def test_only_the_effect_itself_has_a_scale():
    """The placebo beside it is compared with a band, not shown as an effect."""
    rule = COMPOUND["s3-daily-prompts"]
    assert rule.list_scales(3) == ("log", None, None)
