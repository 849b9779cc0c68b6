"""Beside a verdict stands what it is worth among all tests of the record."""

from types import SimpleNamespace

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from helpers.claims import Claim
from helpers.claims.evaluation.multiplicity import DECIDED, list_families
from helpers.claims.rules.deciding_tests import find_test
from helpers.claims.rules.interval_rules import Effect, Word
from helpers.inference import compute_exact_interval
from helpers.inference.multiplicity import select_tests
from tests.claims.intervals import around


def verdict(
    claim, *components, study="fcc_gitter", word=Word.SUPPORTED, parts=(), decides=True
):
    """Return what families look at."""
    return SimpleNamespace(
        claim=claim, about=Claim.of(claim), study=study, word=word,
        components=components, parts=parts, decides=decides,
        interval=next((each for each in components if each is not None), None),
    )  # fmt: skip


def ratio(estimate, se=0.1):
    """Return a hazard ratio."""
    return around(estimate, se)


def test_single_test_is_not_adjusted():
    """The p value is that of the threshold, here of one half."""
    one = verdict("s0-three-month-death", compute_exact_interval(60, 100))
    found = list_families([one])[("s0-three-month-death", "fcc_gitter")]

    assert found.adjusted == found.in_theme == pytest.approx(found.p)
    assert found.p == pytest.approx(0.0569, abs=1e-3)  # twice P(X ≥ 60 | 0.5)
    assert found.selected
    assert found.tests == 1


def test_all_sources_and_themes_are_one_family():
    """A claim is among those of other sources and of other themes."""
    ours = verdict("s0-three-month-death", compute_exact_interval(60, 100))
    others = [
        verdict(
            "s0-novelty-decay", ratio(1.0, 1.0), study=study, word=Word.INCONCLUSIVE
        )
        for study in ("zulip_archives", "komodo_discord")
    ]
    far = verdict("s4-core-members-needed", ratio(0.5, 0.2), study="corpora_at_hand")
    beside = list_families([ours, *others, far])
    found = beside[("s0-three-month-death", "fcc_gitter")]
    theirs = multipletests([one.p for one in beside.values()], method="fdr_bh")[1]

    assert found.tests == 4
    assert [one.adjusted for one in beside.values()] == pytest.approx(list(theirs))
    assert not found.selected
    assert "does not survive" in found.told


def test_adjustment_within_the_theme_is_reported():
    """Adjusted over the claims of one theme in all sources: here alone in it."""
    ours = verdict("s0-three-month-death", compute_exact_interval(60, 100))
    other = verdict("s4-core-members-needed", ratio(1.0, 1.0), word=Word.INCONCLUSIVE)
    found = list_families([ours, other])[("s0-three-month-death", "fcc_gitter")]

    assert found.in_theme == pytest.approx(found.p)
    assert found.adjusted > found.p


def test_own_study_is_adjusted_separately():
    """What public sources say adjusts nothing of it."""
    own = verdict(
        "s0-three-month-death", compute_exact_interval(60, 100), study="my_chat"
    )
    public = verdict("s0-novelty-decay", ratio(1.0, 1.0), word=Word.INCONCLUSIVE)
    found = list_families([own, public])[("s0-three-month-death", "my_chat")]

    assert found.tests == 1


def test_unpooled_networks_count_as_separate_tests():
    """A source in words has no number; its networks have."""
    parts = tuple(
        verdict("s4-core-members-needed", ratio(0.5), study=f"zh_sig_roles/{name}")
        for name in "ab"
    )
    whole = verdict("s4-core-members-needed", study="zh_sig_roles", parts=parts)

    assert {study for _, study in list_families([whole])} == {
        "zh_sig_roles/a", "zh_sig_roles/b",
    }  # fmt: skip


def test_verdict_that_cannot_decide_is_not_a_test():
    """Its number is shown; no discovery can come of it."""
    shown = verdict("s4-core-members-needed", ratio(0.5), decides=False)
    assert list_families([shown]) == {}


def test_contradiction_by_size_is_tested_against_the_margin():
    """A ratio of 1 that excludes 1.25 is evidence, though 1 is inside."""
    flat = verdict("s4-core-members-needed", ratio(1.0, 0.02), word=Word.CONTRADICTED)
    found = list_families([flat])[("s4-core-members-needed", "fcc_gitter")]

    assert found.p < 1e-6
    assert found.of == "the claimed size"


def test_selected_limits_are_never_narrower_than_deciding_limits():
    """Where all are selected the false-coverage level would be 90 %."""
    sure = [
        verdict("s0-three-month-death", compute_exact_interval(n, 100), study=study)
        for n, study in ((90, "fcc_gitter"), (92, "zulip_archives"))
    ]
    for found in list_families(sure).values():
        assert found.selected
        assert found.interval.level == pytest.approx(0.95)


def test_selected_intervals_are_wider_where_few_are_selected():
    """One selected of four: level 1 − 0.10/4."""
    sure = verdict("s0-three-month-death", compute_exact_interval(90, 100))
    unsure = [
        verdict(
            "s0-novelty-decay", ratio(0.9, 1.0), study=study, word=Word.INCONCLUSIVE
        )
        for study in ("fcc_gitter", "zulip_archives", "komodo_discord")
    ]
    interval = list_families([sure, *unsure])[
        ("s0-three-month-death", "fcc_gitter")
    ].interval

    assert interval.level == pytest.approx(0.975)


def test_refused_claims_are_not_tests():
    """A claim that could not be tested is not among the many."""
    refused = verdict("s0-novelty-decay", None, word=Word.UNTESTABLE)

    assert list_families([refused]) == {}


def test_choosing_the_test_by_the_word_adds_no_false_answers():
    """An effect is none or of the claimed size, so an answer can err one way only."""
    rule = Effect("HR<(0.80)", -1, 1.0, 0.8)
    rng = np.random.default_rng(20261123)
    false_shares = []
    for _ in range(60):
        truths = rng.permutation([1.0] * 20 + [0.8] * 20)
        cells = [ratio(truth * np.exp(rng.normal(0, 0.1))) for truth in truths]
        words = [rule.decide(cell).word for cell in cells]
        tests = [find_test(rule, [cell]) for cell in cells]
        kept = select_tests([test.p for test in tests], cells).selected
        wrong = {1.0: {Word.SUPPORTED, Word.TOO_SMALL}, 0.8: {Word.CONTRADICTED}}
        told = [
            word in wrong[truth]
            for truth, word, stays in zip(truths, words, kept, strict=True)
            if stays and word in DECIDED
        ]
        false_shares.append(np.mean(told) if told else 0.0)

    assert np.mean(false_shares) < 0.10
