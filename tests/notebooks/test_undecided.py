"""Both sides of a contradiction side by side; what is not tested says why."""

import pandas as pd

from helpers.claims import read_register
from helpers.notebooks.undecided import contradictions_table, untested_table


def board(**verdicts):
    """Return a scoreboard of one study."""
    rows = [
        {"claim": name.replace("_", "-"), "study": "x", "verdict": word}
        for name, word in verdicts.items()
    ]
    return pd.DataFrame(rows, columns=["claim", "study", "verdict"])


def test_a_study_speaks_for_a_side():
    """The verdicts of both sides, and what they say together."""
    told = contradictions_table(
        board(s1_rules_needed="SUPPORTED", s1_rules_too_strict="CONTRADICTED")
    ).frame.set_index("study")

    assert told.loc["x", "says"] == "the first"
    assert "CONTRADICTED" in told.loc["x", "second"]


def test_what_no_study_decides_says_what_would():
    """Each contrast has a row, and names what is missing."""
    frame = contradictions_table(board()).frame

    assert len(frame) == 10
    assert frame["says"].str.startswith("needs ").all()


def test_what_is_not_tested_says_why():
    """Sixteen by default and nine that nothing could count against."""
    frame = untested_table(read_register()).frame

    counts = frame["status"].value_counts()
    assert counts.to_dict() == {"untestable by default": 16, "unfalsifiable": 9}
    assert frame["why"].str.len().gt(10).all()
