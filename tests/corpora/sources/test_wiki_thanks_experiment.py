"""Pairs of accounts: kept together, counted by experience and outcome."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from helpers.corpora.sources import wiki_thanks_experiment
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw

HEAD = "block,randomization.arm,lang,prev.experience.assignment,two.week.retention,\
complier\n"


def _pairs(counted, *rows):
    text = HEAD + "".join(f"{row}\n" for row in rows)
    return counted(wiki_thanks_experiment, participants__csv__gz=text).tables[
        "paired_trial"
    ]


def test_experience_of_a_mixed_pair_is_read_by_arm(counted):
    """In one pair in ten the two differ: neither is a pair of newcomers."""
    table = _pairs(
        counted,
        "1,1,de,bin_0,True,False",
        "1,0,de,bin_90,False,False",
        "2,0,de,bin_0,False,False",
        "2,1,de,bin_365,False,False",
        "3,0,de,bin_0,True,True",
        "3,1,de,bin_0,False,True",
    )
    assert table.set_index("stratum")["pairs"].to_dict() == {
        "newcomer treated": 1,
        "newcomer control": 1,
        "two newcomers": 1,
    }


def test_outcomes_keep_their_arm_whatever_the_order_of_rows(counted):
    """Rows are shuffled in the source: the control may stand first."""
    table = _pairs(counted, "1,0,fa,bin_0,True,False", "1,1,fa,bin_0,False,False")
    assert table[["treated_stayed", "control_stayed"]].to_numpy().tolist() == [
        [False, True]
    ]


@needs_raw
def test_pairs_are_recomputed_by_a_loop_over_accounts():
    """Independent recomputation from the raw rows."""
    rows = pd.read_csv(SHARED / "wiki_thanks_experiment" / "participants.csv.gz")
    pairs = {}
    for row in rows.to_dict("records"):
        pairs.setdefault(row["block"], {})[row["randomization.arm"]] = row
    expected = Counter(
        (
            one[1]["lang"],
            bool(one[1]["two.week.retention"]),
            bool(one[0]["two.week.retention"]),
        )
        for one in pairs.values()
        if {arm["prev.experience.assignment"] for arm in one.values()} == {"bin_0"}
    )
    study = open_study("wiki_thanks_experiment")
    table = study.table("paired_trial").merge(study.table("registry")[["group", "key"]])
    own = table[table["stratum"] == "two newcomers"]
    by = ["key", "treated_stayed", "control_stayed"]
    assert own.groupby(by)["pairs"].sum().to_dict() == expected
