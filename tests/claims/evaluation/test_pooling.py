"""Verdicts of several corpora: pooled by rule, never by counting."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.claims.evaluation.pooling import combine_verdicts, combine_words
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.register import get_claim
from helpers.claims.quantities.quantity import count_exactly
from helpers.claims.rules.interval_rules import Word
from helpers.claims.rules.templates import parse_rule
from tests.claims.intervals import around

RULE = parse_rule("P>(0.50)")
S, C, N, F, U, T = (
    Word.SUPPORTED,
    Word.CONTRADICTED,
    Word.INCONCLUSIVE,
    Word.FRAGILE,
    Word.UNTESTABLE,
    Word.TOO_SMALL,
)


def verdict(study, estimate, *, se=0.1, word=None, **fields):
    """Return one study's verdict on an estimate with an error on the cloglog scale."""
    component = around(estimate, se, "cloglog")
    found = word or RULE.decide(component).word
    return Verdict(
        claim="s0-three-month-death",
        study=study,
        word=found,
        checksum="",
        components=(component,),
        **fields,
    )


LIFETIME, SHARE = get_claim("s0-three-month-death"), get_claim("s0-lurkers-are-many")


def together(*verdicts, entry=LIFETIME, **fields):
    """Combine verdicts on the scale of probabilities."""
    return combine_verdicts(entry, verdicts, **fields)


@pytest.mark.parametrize(
    ("words", "expected", "qualifiers"),
    [
        ([S], S, ("within a",)),
        ([S, S], S, ("in all 2",)),
        ([S, N, N], S, ("in 1 of 3",)),
        ([C, C, N, N], C, ("in 2 of 4",)),
        ([S, C], N, ("corpora disagree",)),
        ([S, T], N, ("corpora disagree",)),
        ([N, N], N, ("in all 2",)),
        ([S, U], S, ("within a",)),
        ([U, U], U, ()),
        ([F, S], F, ()),
        ([F, S, S], S, ("in 2 of 3",)),
    ],
)
def test_up_to_four_sources_combine_without_pooling(words, expected, qualifiers):
    """Up to four corpora combine in words; those past no gate do not count."""
    found = combine_words(list(zip("abcd", words, strict=False)))

    assert (found.word, found.qualifiers) == (expected, qualifiers)


def test_five_corpora_are_pooled():
    """Five corpora give one number, and it is general if the next would agree too."""
    shares = zip("abcde", (0.78, 0.81, 0.8, 0.83, 0.79), strict=True)
    found = together(*(verdict(name, share) for name, share in shares))

    assert (found.word, found.general) == (S, True)
    assert found.mean.estimate == pytest.approx(0.8, abs=0.01)
    assert found.prediction.low < found.mean.low


def test_four_corpora_are_not_pooled():
    """Four corpora give no pooled number."""
    found = together(*(verdict(name, 0.8) for name in "abcd"))

    assert (found.mean, found.qualifiers) == (None, ("in all 4",))


def test_one_opposite_corpus_of_six_is_disagreement():
    """A mean that supports does not stand against one sure contradiction."""
    found = together(*(verdict(n, 0.95) for n in "abcdefg"), verdict("z", 0.3, se=0.05))

    assert RULE.decide(found.mean).word is S
    assert (found.word, found.qualifiers) == (N, ("corpora disagree",))


def test_pooled_verdict_is_fragile_if_half_of_its_weight_is():
    """A combined verdict is FRAGILE if half of its weight is."""
    words = (F, F, F, S, S)
    parts = [verdict(n, 0.8, word=w) for n, w in zip("abcde", words, strict=True)]

    assert together(*parts).word is F


def test_biased_frame_enters_the_pool_on_one_side_only():
    """A frame that pushes failure down may support that most fail, not deny it."""
    shares = (("a", 0.9), ("b", 0.1), ("c", 0.9))
    down = [verdict(n, p, speaks_for="support") for n, p in shares]
    found = together(*down)

    assert (found.word, found.entering, found.apart) == (S, ("a", "c"), ("b",))


def test_contrasts_and_other_shares_are_combined_whatever_the_frame():
    """A frame moves how many fail by an age, not how many are silent."""
    parts = [verdict(n, 0.8, frame=n) for n in "ab"]

    assert together(*parts, entry=SHARE).qualifiers == ("in all 2",)
    assert together(*parts, entry=get_claim("s0-novelty-decay")).word is not None
    assert together(*parts).word is None


def test_corpora_of_different_frames_are_pooled_on_the_shared_definition():
    """Every corpus has an estimate among groups that ever started."""
    shared = verdict("x", 0.2).interval
    parts = [verdict(n, 0.8, frame=n, shared=shared) for n in "abc"]
    found = together(*parts)

    assert (found.word, found.entering) == (C, ("a", "b", "c"))
    assert found.qualifiers == ("in all 3", "ever started")


def test_range_of_estimates_is_reported():
    """From the smallest to the largest estimate of those that decide."""
    found = together(*(verdict(n, p) for n, p in (("a", 0.8), ("b", 0.6), ("c", 0.7))))

    assert found.spread == (0.6, 0.8)


def test_stratified_estimate_over_corpora_decides():
    """Where a claim is estimated over corpora at once, that is what they say."""
    strata = verdict("corpora_at_hand", 0.8, qualifiers=("in the corpora at hand",))
    found = together(verdict("a", 0.2, word=N), strata=strata)

    assert (found.word, found.qualifiers) == (S, ("in the corpora at hand",))
    none = verdict("corpora_at_hand", 0.8, word=U)
    assert together(verdict("a", 0.2, word=N), strata=none).word is N


def test_only_one_frame_is_combined():
    """Estimates over all created groups do not mix with those over started ones."""
    same = [verdict(n, 0.8, frame="all created") for n in "ab"]
    found = together(*same, verdict("c", 0.2, frame="started"))

    assert (found.word, found.apart) == (S, ("c",))


@pytest.mark.parametrize("frames", ["xy", "xyz", "xxyy"])
def test_frames_that_differ_are_not_combined(frames):
    """No two corpora alike, or as many of one frame as of the other: no verdict."""
    parts = [verdict(n, 0.8, frame=f) for n, f in zip("abcd", frames, strict=False)]
    found = together(*parts)

    assert (found.word, found.qualifiers) == (None, ())
    assert (found.entering, found.apart) == ((), tuple("abcd"[: len(frames)]))
    assert found.reason.startswith("not combined: frames differ: a SUPPORTED (x); b")


def test_single_corpus_keeps_its_verdict():
    """The only one past its gates needs no other of its frame."""
    found = together(verdict("a", 0.8, frame="x"), verdict("b", 0.2, word=U, frame="y"))

    assert (found.word, found.qualifiers, found.listed) == (S, ("within a",), ("b",))


def test_no_verdict_without_a_corpus_that_may_decide():
    """Each is named with what it may say."""
    found = together(*(verdict(n, 0.2, speaks_for="support") for n in "ab"))

    assert found.word is None
    assert found.reason == (
        "not combined: none may speak for what it found:"
        " a CONTRADICTED (; can only support); b CONTRADICTED (; can only support)"
    )


def test_chinese_frames_that_differ_are_not_combined():
    """The line for the population knows no verdict either."""
    parts = [verdict(n, 0.8, frame=n) for n in "ab"]

    assert together(*parts, chinese_chats={"a", "b"}).population is None
    assert together(*parts, chinese_chats={"a"}).population.word is S


def test_population_needs_chinese_chats():
    """Verdicts elsewhere are neither for nor against a figure about China."""
    parts = [verdict(name, 0.8) for name in "ab"]

    assert together(*parts).population.word is U
    assert together(*parts, chinese_chats={"b"}).population.word is S


def test_censuses_are_pooled_by_between_source_variance():
    """Exact shares have no error of their own, and still give an interval."""
    shares = (120, 150, 170, 130, 160)
    parts = [
        replace(verdict(n, 0.8), components=(count_exactly(np.arange(200) < k),))
        for n, k in zip("abcde", shares, strict=True)
    ]

    assert 0.5 < together(*parts).mean.low < 0.75 < together(*parts).mean.high


def test_proxies_decide_only_without_direct_measures():
    """A proxy neither outvotes nor ties with a corpus that shows the thing itself."""
    real = verdict("a", 0.8)
    proxies = [verdict(study, 0.2, stand_in=True) for study in "bc"]
    both = together(real, *proxies)
    assert (both.word, both.entering, both.apart) == (S, ("a",), ("b", "c"))
    alone = together(*proxies)
    assert (alone.word, alone.entering) == (C, ("b", "c"))
