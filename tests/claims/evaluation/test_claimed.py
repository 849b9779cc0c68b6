"""What stands at a threshold is computed from the rule, never typed."""

import pytest

from helpers.claims import read_register
from helpers.claims.claim import Claim
from helpers.claims.evaluation.claimed import describe_claimed_range
from helpers.claims.evaluation.sentences import write_sentence
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from tests.claims.intervals import fixed

TESTED = [name for name, one in read_register().items() if one.template]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("s0-three-month-death", "more than 50 %"),
        ("s0-novelty-decay", "0.5 or less"),
        ("s0-half-are-lost-type", "40 % to 60 %"),
        ("s2-needs-no-operation", "more than 0.87"),
        ("s0-fission-dilutes-quality", "less than 1.11"),
        ("s0-fission-speed", "less than 60 days"),
        ("s3-training-utilitarian", "+10 or more"),
        ("s0-size-10-30-best", "1.1 or more"),
    ],
)
def test_claimed_range_in_words_equals_the_rule(name, says):
    """Side, threshold and kind of number come from register and card."""
    found = describe_claimed_range(Claim.of(name))
    assert found.says("en").replace("\u202f", " ") == says


@pytest.mark.parametrize("name", TESTED)
def test_every_template_has_a_range_in_both_languages(name):
    """The claim's side can be shaded for each rule that a template says."""
    found = describe_claimed_range(Claim.of(name))
    assert found.low < found.high
    assert found.says("en") != found.says("zh")


def test_untestable_claim_has_no_claimed_range():
    """A slogan claims no number."""
    assert describe_claimed_range(Claim.of("s2-everywhere-scenes")) is None


def test_claimed_side_is_the_one_the_rule_supports():
    """A number well inside the claimed range is beyond, for the rule."""
    found = describe_claimed_range(Claim.of("s4-owner-indispensable"))
    component = fixed(found.bar * 2, found.bar * 3, found.bar * 4)
    verdict = Verdict(
        claim=found.claim.id, study="zh_s1_lounges", word=Word.SUPPORTED, checksum="",
        components=(component,),
    )  # fmt: skip
    assert "die sooner" in write_sentence(found.claim.id, [verdict], "en")
