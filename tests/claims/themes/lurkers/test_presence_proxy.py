"""Silent members of whom nobody recorded what they read."""

from helpers.claims.evaluation.evaluate import evaluate
from helpers.small_counts import MARK
from helpers.study import open_study


def test_the_refusal_counts_lurkers_whose_attention_is_on_record():
    """Connections to a channel are no reads: none of all its lurkers."""
    study = open_study("raku_irc")
    roster = study.table("roster")
    lurkers = roster.loc[roster["within_days"] == 84, "lurkers"].sum()
    found = evaluate("s0-lurkers-still-identify", study)
    assert found.word == "UNTESTABLE"
    told = found.reason.replace(MARK, "")
    assert told.startswith(f"attention: 0 of {lurkers} lurkers whose reads")
