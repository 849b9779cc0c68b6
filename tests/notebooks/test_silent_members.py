"""The curve of silent members agrees with the claim, and is refused where unknown."""

from __future__ import annotations

from helpers.claims import evaluate
from helpers.notebooks.silent_members import lurker_rows, lurkers_figure
from helpers.prose import Prose
from helpers.study import open_studies


def test_the_claims_own_estimate_is_on_the_curve():
    """Eighty-four days are what decides it."""
    rows = lurker_rows(open_studies(["raku_irc", "fcc_gitter"])).set_index("days")
    verdict = evaluate("s0-lurkers-are-many", *open_studies(["raku_irc"]))
    assert set(rows["study"]) == {"raku_irc"}
    assert (rows.loc[84, "share"], rows.loc[84, "low"]) == (
        verdict.estimate,
        verdict.low,
    )
    assert rows["share"].sort_index(ascending=False).is_monotonic_increasing


def test_without_rosters_there_is_a_sentence_and_no_figure():
    """No picture of nothing."""
    assert isinstance(lurkers_figure(open_studies(["fcc_gitter"])), Prose)
