"""Words, kinds and certainty of answers on made estimates."""

import pandas as pd
import pytest

from helpers.claims.answer import Answer, fill_sentence
from helpers.claims.estimate import COLUMNS
from helpers.claims.pooling import pool_estimates
from helpers.claims.quantity import quantity
from helpers.claims.register import Claim, Reading, Text, _Row

quantity("made_share", of="share")(lambda _: None)
quantity("made_ratio", of="ratio")(lambda _: None)


def make_claim(*readings):
    """Return a claim of some readings."""
    row = _Row(
        article="S0", theme="t", priority=1, en="c", zh="c", readings=readings,
        sentence=Text("{mean} ({low}–{high}), {other.mean:of100}", "{mean}"),
    )  # fmt: skip
    return Claim("c", row)


def read_as(key="a", of="share", claimed="> 0.50"):
    """Return a reading."""
    return Reading(
        key=key, label=Text(key), quantities=(f"made_{of}",), claimed=claimed
    )


def estimate(study, value, half, **more):
    """Return an estimate of a study as a row."""
    row = {
        "claim": "c", "reading": "a", "study": study, "kind": "chat", "role": "direct",
        "estimate": value, "low": value - half, "high": value + half, "n": 100,
        "unit": "groups", "pushes": "", "randomised": False,
    }  # fmt: skip
    return row | more


def answer(claim, *rows):
    """Return the answer on made estimates."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return Answer(claim, pool_estimates(frame, {"c": claim}), frame)


def test_kinds_on_both_sides_depend_on_the_kind():
    """No kind outvotes another, and the mean over all keeps its own numbers."""
    found = answer(
        make_claim(read_as()),
        estimate("a", 0.2, 0.05), estimate("b", 0.15, 0.05),
        estimate("p", 0.7, 0.01, kind="published", role="published"),
    )  # fmt: skip
    assert found.word == "depends on the kind"
    assert found.overall["n_sources"] == 2
    assert found.overall["mean"] < 0.3


def test_a_kind_without_a_source_on_its_side_does_not_split_the_answer():
    """A wide source alone in its kind does not make the answer depend on the kind."""
    found = answer(
        make_claim(read_as()),
        estimate("a", 0.2, 0.05), estimate("b", 0.15, 0.05),
        estimate("f", 0.6, 0.35, kind="forum"),
    )  # fmt: skip
    assert found.word != "depends on the kind"


def test_readings_on_both_sides_depend_on_what_counts():
    """Two readings of one word are never put together."""
    rows = [estimate(s, 0.2, 0.05) for s in "xyz"]
    rows += [estimate(s, 0.9, 0.03, reading="other") for s in "xyz"]
    found = answer(make_claim(read_as(), read_as("other")), *rows)
    assert found.word == "depends on what counts"
    assert found.sentence.endswith(", 90")


def test_direct_estimates_are_pooled_before_indirect_ones():
    """An indirect estimate is printed and not pooled where there is a direct one."""
    found = answer(
        make_claim(read_as()),
        estimate("a", 0.2, 0.05), estimate("i", 0.9, 0.02, role="indirect"),
    )  # fmt: skip
    assert found.overall["n_sources"] == 1
    assert "one source" in found.grade.reasons


def test_randomised_estimates_come_first():
    """A trial is not averaged with associations."""
    claim = make_claim(read_as(of="ratio", claimed="> 1.0"))
    found = answer(
        claim,
        estimate("o", 3.0, 0.2), estimate("t", 1.05, 0.02, randomised=True),
    )  # fmt: skip
    assert found.overall["mean"] == pytest.approx(1.05, abs=0.01)
    assert "association" not in found.grade.reasons


def test_associations_start_low_and_large_ones_rise():
    """GRADE: an association starts low, one beyond twice as much goes up by one."""
    claim = make_claim(read_as(of="ratio", claimed="> 1.5"))
    found = answer(claim, *[estimate(s, 6.0, 0.5) for s in "abcdefgh"])
    assert found.certainty == "moderate"
    assert found.grade.reasons[:2] == ("association", "large")


def test_biases_towards_the_answer_lower_the_certainty():
    """Most sources err low, and the answer is that the share is low."""
    rows = [estimate(s, 0.1, 0.04, pushes="down") for s in "abcd"]
    lowered = answer(make_claim(read_as()), *rows)
    kept = answer(make_claim(read_as()), *(row | {"pushes": "up"} for row in rows))
    assert "biased" in lowered.grade.reasons
    assert lowered.marks == kept.marks - 1


def test_shares_of_none_are_pooled():
    """None of a hundred gets one half added, and no infinite logit."""
    found = answer(
        make_claim(read_as()), estimate("a", 0.0, 0.0), estimate("b", 0.1, 0.05)
    )
    assert 0 < found.overall["mean"] < 0.1


def test_a_claim_without_estimates_says_what_it_needs():
    """Nothing is made up where nothing was measured."""
    claim = Claim("c", _Row(article="S0", theme="t", priority=1, en="c", zh="c",
                            needs=Text("dates", "日期")))  # fmt: skip
    found = answer(claim)
    assert (found.word, found.sentence, found.marks) == ("not measured", "dates", 0)


def test_a_name_that_does_not_resolve_is_an_error():
    """A sentence never prints a name in braces."""
    found = answer(make_claim(read_as()), estimate("a", 0.2, 0.05))
    with pytest.raises(KeyError):
        fill_sentence("{nobody.mean}", found.by_kind)
