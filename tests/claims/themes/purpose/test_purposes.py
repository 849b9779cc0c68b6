"""Goal words by year of birth: planted trends, templates left out."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from tests.claims.registers import as_of, facts, registry

N, YEARS = 600, 6


def _charters(odds, network="community", *, named=False):
    rng = np.random.default_rng(11)
    year = np.arange(N) % YEARS
    born = pd.to_datetime([f"{2019 + y}-07-02" for y in year]).as_unit("us").asi8
    stated = rng.random(N) < 1 / (1 + np.exp(1 - np.log(odds) * year))
    times = {"origin_us": born, "entry_us": born, "end_us": born + 10**14}
    return as_of(
        "zh_sig_roles",
        named=named,
        registry=registry(N, 0, network=network, **times),
        facts=facts(N, charter_on_first_day=1.0, charter_names_goal=stated * 1.0),
    )


@pytest.mark.parametrize(("odds", "word"), [(1.6, "SUPPORTED"), (1.0, "CONTRADICTED")])
def test_simulated_trend_in_goal_words_is_recovered(odds, word):
    """Odds that rise by so much a year, and odds that stand still."""
    found = evaluate("s0-purpose-clearer-later", _charters(odds))

    assert found.low < odds < found.high
    assert found.word == word
    assert "proxy" in found.qualifiers


def test_charters_from_one_template_are_untestable():
    """A community whose charters all have the same headings has no trend in them."""
    copied = _charters(1.6, network="openharmony", named=True)
    found = evaluate("s0-purpose-clearer-later", copied)

    assert found.word == "UNTESTABLE"
    assert "0 calendar years" in found.reason


def test_charters_of_a_source_that_states_no_template_are_counted():
    """The name of a community alone excludes nothing: its source has to state it."""
    found = evaluate("s0-purpose-clearer-later", _charters(1.6, network="openharmony"))

    assert found.word == "SUPPORTED"
