"""Pairs of accounts: kept together, counted by experience and outcome."""

from __future__ import annotations

from pipeline.corpora.sources import wiki_thanks_experiment

HEAD = "block,randomization.arm,lang,prev.experience.assignment,two.week.retention,\
complier,year\n"


def _pairs(counted, *rows):
    text = HEAD + "".join(f"{row}\n" for row in rows)
    return counted(wiki_thanks_experiment, participants__csv__gz=text).tables[
        "paired_trial"
    ]


def test_experience_of_a_mixed_pair_is_read_by_arm(counted):
    """In one pair in ten the two differ: neither is a pair of newcomers."""
    table = _pairs(
        counted,
        "1,1,de,bin_0,True,False,2019",
        "1,0,de,bin_90,False,False,2019",
        "2,0,de,bin_0,False,False,2019",
        "2,1,de,bin_365,False,False,2019",
        "3,0,de,bin_0,True,True,2019",
        "3,1,de,bin_0,False,True,2019",
    )
    assert table.set_index("stratum")["pairs"].to_dict() == {
        "newcomer treated": 1,
        "newcomer control": 1,
        "two newcomers": 1,
    }


def test_outcomes_keep_their_arm_whatever_the_order_of_rows(counted):
    """Rows are shuffled in the source: the control may stand first."""
    table = _pairs(
        counted, "1,0,fa,bin_0,True,False,2019", "1,1,fa,bin_0,False,False,2019"
    )
    assert table[["treated_stayed", "control_stayed"]].to_numpy().tolist() == [
        [False, True]
    ]


def test_pair_with_an_account_of_unknown_registration_is_marked(counted):
    """Of 62 accounts nobody knows when they registered: both of the pair go."""
    table = _pairs(counted, "1,0,de,bin_0,True,False,", "1,1,de,bin_0,False,False,2018")
    assert table["registered"].tolist() == [False]
