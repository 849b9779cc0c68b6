"""The chart of an answer has a row for each estimate and each kind's mean."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import helpers as sq


@pytest.mark.parametrize(
    ("claim", "language"),
    [
        ("s0-three-month-death", "en"),
        ("s0-three-month-death", "zh"),
        ("s4-core-members-needed", "en"),  # of one kind nothing is pooled
    ],
)
def test_chart_shows_every_estimate_where_the_table_has_it(claim, language):
    """An interval drawn at another row's height would name the wrong source."""
    answer = sq.answer(claim)
    key = answer.claim.readings[0].key
    ours = answer.estimates[answer.estimates["reading"].eq(key)]
    ax = answer.plot(language=language)
    drawn = {
        label.get_text(): height
        for height, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
    }
    marked = [line for line in ax.lines if line.get_marker() != "None"]
    marks = {y: x for line in marked for x, y in zip(*line.get_data(), strict=True)}
    plt.close("all")
    assert len(ax.get_yticks()) == len(ours) + ours["kind"].nunique()
    for row in ours.itertuples():
        height = drawn[f"{row.study} · {row.n:,}"]
        assert np.isclose(marks[height], row.estimate)
