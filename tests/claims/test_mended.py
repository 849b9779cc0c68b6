"""What the plan amended holds in the sources that it names (amendments 3, 5, 8, 11)."""

from __future__ import annotations

import pytest

from helpers.claims.contract import gates
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.rules.interval_rules import Word
from helpers.study import open_study

DECIDED = {Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}


def test_one_group_with_a_lurker_is_enough():
    """The register asks for no eight of them."""
    assert gates.require_units(1, "groups with a lurker", 1).passed


def test_weeks_five_to_eight_are_shown_and_do_not_vote():
    """Under the same margin they are another question."""
    found = evaluate("s0-novelty-decay", open_study("fcc_gitter"))
    asked = {one.name: one.counts for one in found.specifications}
    assert [name for name, counts in asked.items() if "28–55" in name]
    assert not any(counts for name, counts in asked.items() if "28–55" in name)


def test_earlier_quarters_are_shown_and_do_not_vote():
    """Groups were younger then."""
    found = evaluate("s0-200-of-343-shells", open_study("v2ex_nodes"))
    dated = [one for one in found.specifications if one.name.startswith("on 20")]
    assert dated
    assert not any(one.counts for one in dated)


def test_newcomers_are_at_risk_when_the_hours_for_an_answer_are_over():
    """Spans begin at 24 hours, or at 1 and 72 for those variants."""
    stays = open_study("fcc_gitter").table("newcomers")
    assert set(stays["within_hours"]) == {1, 24, 72}
    assert (stays["ended"] <= stays["at_risk"]).all()


@pytest.mark.parametrize(
    ("claim", "study"),
    [
        ("s3-perks-spread", "twitch_paid_free"),
        ("s0-many-groups-exit", "zh_sig_roles"),
        ("s1-cognitive-surplus", "cn_colearning"),
    ],
)
def test_display_only_estimates_decide_nothing(claim, study):
    """Ten minutes, rewritten lists and a deadline's hours."""
    found = evaluate(claim, open_study(study))
    assert found.word is Word.INCONCLUSIVE
    assert "one-sided" in found.qualifiers


def test_raids_do_not_answer_the_claim_on_influencers():
    """The claim waits for what it asks for."""
    found = evaluate("s2-kol-fills-fast", open_study("twitch_paid_free"))
    assert (found.word, found.estimate) == (Word.UNTESTABLE, None)


def test_rosters_of_those_who_wrote_support_only():
    """The silent are too few on them."""
    found = evaluate("s0-lurkers-are-many", open_study("rust_teams"))
    assert found.word not in DECIDED - {Word.SUPPORTED}
