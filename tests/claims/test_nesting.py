"""The nested table keeps its order, and says where an estimate breaks it."""

import pytest

from helpers.claims.evaluate import Verdict
from helpers.claims.nesting import CLAIMED, nested
from helpers.claims.register import claim
from helpers.claims.rules import Word
from helpers.errors import ShequnError
from helpers.inference import clopper_pearson


def verdicts(*shares):
    """Return a study's verdicts on the three claims from counts of 100."""
    return [
        Verdict(
            claim=id_,
            study="one",
            word=Word.INCONCLUSIVE,
            checksum="",
            legs=() if share is None else (clopper_pearson(share, 100),),
        )
        for id_, share in zip(CLAIMED, shares, strict=True)
    ]


def test_claimed_shares_are_those_of_the_register():
    """58.3 % shells, 90 % failed and 5 % successes stand in the rules."""
    (_, shell), (_, failed), (_, unsuccessful) = CLAIMED.values()

    assert str(shell) in claim("s0-200-of-343-shells").template
    assert f"{failed:.2f}" in claim("s1-over-90-fail").template
    assert f"{1 - unsuccessful:.2f}" in claim("s0-success-below-5pct").template


@pytest.mark.parametrize(
    ("shares", "broken"),
    [
        ((58, 90, 4), ()),
        ((92, 90, 4), ("shell or dead ⊂ failed",)),
        ((58, 97, 5), ("failed ⊂ not successful",)),
        ((97, None, 5), ("shell or dead ⊂ not successful",)),
    ],
)
def test_broken_inclusions_are_named(shares, broken):
    """A narrower set cannot be larger than a wider one."""
    assert nested(verdicts(*shares)).broken == broken


def test_all_three_are_needed():
    """Two verdicts make no table."""
    with pytest.raises(ShequnError, match="three verdicts"):
        nested(verdicts(58, 90, 4)[:2])
