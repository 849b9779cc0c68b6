"""Ranks of values: complete responses only, centred within the respondent."""

from __future__ import annotations

from pipeline.corpora.sources import ecosystem_values_survey, reddit_values_survey


def test_an_incomplete_ranking_is_excluded(counted):
    """Its centre would not be that of the others."""
    head = "group,created_year,trust_rank,size_rank,trust_current\n"
    text = head + "7,2010,1,2,5\n" * 5 + "7,2010,1,,5\n" + "8,2011,2,1,5\n" * 4
    made = counted(reddit_values_survey, responses__csv__gz=text)
    ranks = made.tables["value_ranks"].set_index("value")
    assert ranks.loc["trust", ["people", "total", "squares"]].tolist() == [
        5,
        -2.5,
        1.25,
    ]
    assert made.became == {
        "ranks incomplete": 1,
        "community with fewer than five responses": 4,
    }
    assert made.groups["key"].tolist() == ["community 7"]


def test_ratings_become_ranks_with_ties(counted):
    """The most important value is first; two alike share a rank."""
    head = "ecosystem,value.my.fun,value.my.trust,value.my.speed\n"
    row = "R/CRAN,Extremely important,Important,Important\n"
    text = (
        head + row * 3 + row.replace("R/CRAN", "other") + "R/CRAN,Important,Skipped,\n"
    )
    made = counted(ecosystem_values_survey, responses__csv__gz=text)
    totals = made.tables["value_ranks"].set_index("value")["total"].to_dict()
    assert totals == {"fun": -3.0, "trust": 1.5, "speed": 1.5}
