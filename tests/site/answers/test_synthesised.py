"""A claim's page says answer, certainty and reasons, from the one synthesis."""

import pytest

from helpers.site.answers.board import Answer, Board, Range
from helpers.site.answers.quotable import Numbers, list_headline_numbers
from helpers.site.answers.synthesised import synthesised
from helpers.site.languages import Words
from helpers.synthesis.synthesis import run_synthesis
from tests.synthesis.planted import SHARE, shares


def planted(*estimates):
    """Return a claim's answer over planted sources, and its numbers."""
    made = run_synthesis(SHARE, shares(*estimates, se=0.05))
    pool = made.headline.pool
    intervals = {"mean": pool.mean, "prediction": pool.prediction} if pool else {}
    pooled = tuple(
        Range(name, one.estimate, one.low, one.high) for name, one in intervals.items()
    )
    answer = Answer(claim=SHARE, word=None, cells=(), pooled=pooled, synthesis=made)
    return answer, Numbers(list_headline_numbers(Board((answer,), {})))


@pytest.mark.parametrize(("language", "said"), [("en", "high"), ("zh", "很大")])
def test_a_page_grades_its_answer_and_says_why(language, said):
    """In both languages, with the pooled number marked as the one of numbers.json."""
    shown = synthesised(*planted(0.80, 0.81, 0.82), Words(language))

    assert (shown.certainty, shown.k) == (said, 3)
    assert f'data-number="{SHARE}.pooled-mean.estimate"' in shown.pooled
    assert f'data-number="{SHARE}.pooled-prediction.low"' in shown.prediction
    assert len(shown.reasons) >= 3
    assert all(text for text, _ in shown.reasons)


def test_two_sources_show_no_pool():
    """Their numbers stand alone, and the missing prediction costs a level."""
    shown = synthesised(*planted(0.80, 0.81), Words("en"))

    assert shown.pooled == shown.prediction == ""
    assert [steps for _, steps in shown.reasons].count(-1) == 1


def test_a_claim_without_data_has_no_grade():
    """Nothing is said where nothing was measured."""
    empty = Answer(claim=SHARE, word=None, cells=(), synthesis=run_synthesis(SHARE, []))

    assert synthesised(empty, Numbers([]), Words("en")) is None
