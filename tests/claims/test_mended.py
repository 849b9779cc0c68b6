"""What the plan amended holds in the sources that it names (amendments 3, 5, 8, 11)."""

from __future__ import annotations

from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.rules.interval_rules import Word
from helpers.study import open_study


def test_weeks_five_to_eight_are_shown_and_do_not_vote():
    """Under the same margin they are another question."""
    found = evaluate("s0-novelty-decay", open_study("fcc_gitter"))
    asked = {one.name: one.counts for one in found.specifications}
    assert [name for name, counts in asked.items() if "28–55" in name]
    assert not any(counts for name, counts in asked.items() if "28–55" in name)


def test_raids_do_not_answer_the_claim_on_influencers():
    """The claim waits for what it asks for."""
    found = evaluate("s2-kol-fills-fast", open_study("twitch_paid_free"))
    assert (found.word, found.estimate) == (Word.UNTESTABLE, None)
