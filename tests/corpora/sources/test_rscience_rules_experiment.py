"""Discussions in randomised blocks, with what newcomers wrote."""

from __future__ import annotations

from helpers.corpora.sources import rscience_rules_experiment

HEAD = "block.id,TREAT,created,post.ama,visible,newcomer.comments,\
newcomer.comments.removed\n"


def test_question_sessions_are_a_stratum(counted):
    """Their blocks are their own, and their names sort before the others."""
    text = HEAD + (
        "nonama.block002,1,2016-09-02 00:00:00,FALSE,True,5,2\n"
        "ama.block001,0,2016-09-01 00:00:00,TRUE,False,9,1\n"
    )
    table = counted(rscience_rules_experiment, posts__csv__gz=text).tables[
        "block_trial"
    ]
    assert table["stratum"].tolist() == ["question session", "discussion"]
    assert table["block"].tolist() == [0, 1]
    assert table["treated"].tolist() == [False, True]
