"""Places in chapters: what a study lacks, claims counted there, and ratios pooled."""

import numpy as np
import pandas as pd

import helpers as sq


def test_what_is_missing_is_named(capsys):
    """Chapter 4 died of no data: 28 days of a site that has 84."""
    need = {"where": "within_days == 28 and members >= 10", "needs": "groups of ten"}
    assert sq.choose_place("stackexchange", "roster", instead="raku_irc", **need)
    told = capsys.readouterr().out
    assert "0 groups of ten, 1 needed" in told
    assert "Raku" in told


def test_places_that_differ_are_not_pooled_as_one():
    """Five places from .61 to 1.23 were told as .76 (.69 to .85)."""
    ratios = {"a": 0.61, "b": 0.75, "c": 0.81, "d": 0.97, "e": 1.23}
    rows = pd.DataFrame({"source": [*ratios], "ratio": [*ratios.values()]})
    table = sq.compare_places(
        rows, lambda own: own["ratio"].item() * np.array([1, 0.87, 1.15])
    )
    mean = table.set_index("source").loc["mean of the places"]
    assert mean["low"] < 1 < mean["high"]
    assert mean["next_low"] < mean["low"] < mean["high"] < mean["next_high"]


def test_a_claim_that_a_place_cannot_carry_says_why(capsys):
    """Nothing, or an error from within, stood where tables do not suffice."""
    assert sq.recount("s0-lurkers-are-many", "rscience_rules_experiment").empty
    assert "records nothing" in capsys.readouterr().out


def test_another_definition_of_a_claim_is_counted():
    """Only the main one could be."""
    main, other = (
        sq.recount("s1-over-90-fail", "fcc_gitter", key)["estimate"].item()
        for key in ("unsuccessful", "unsuccessful~2")
    )
    assert main < other
