"""Ties in rooms of a topic and of a city: planted true and false."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate

CLAIM = "s3-interest-ties-fragile"


def _rooms(plant, ratio, *, groups=160, busy=0.0):
    """Plant ties that end `ratio` times as fast in rooms of a topic.

    Of busy pairs, a share of those in rooms of a topic, ties end a third as fast.
    """
    rng = np.random.default_rng(6)
    topic = np.arange(groups) % 2 == 1
    study = plant(6, groups).typed(np.where(topic, "topic", "city"), "about")
    often = rng.random(groups) < np.where(topic, busy, 0.0)
    hazard = 0.1 * np.where(topic, ratio, 1.0) * np.where(often, 1 / 3, 1.0)
    group, span = (one.ravel() for one in np.indices((groups, 3)))
    ended = rng.binomial(40, -np.expm1(-hazard[group]))
    rows = {"group": group, "from_day": 28 * span, "at_risk": 40, "happened": ended}
    ties = pd.DataFrame({**rows, "event": "ended", "volume": 3 * often[group]})
    return study.with_tables(ties=ties)


@pytest.mark.parametrize(("ratio", "word"), [(1.6, "SUPPORTED"), (0.8, "CONTRADICTED")])
def test_topic_ties_end_sooner_by_the_simulated_ratio(plant, ratio, word):
    """Ties in rooms of a topic end so much sooner."""
    found = evaluate(CLAIM, _rooms(plant, ratio))
    assert found.word == word
    assert found.low < ratio < found.high
    assert "proxy" in found.qualifiers


def test_how_much_both_write_is_adjusted_for(plant):
    """Busy pairs hold longer; there being more of them in one kind hides nothing."""
    study = _rooms(plant, 1.6, busy=0.7)
    assert evaluate(CLAIM, study).word == "SUPPORTED"


def test_null_difference_from_misclassified_rooms_is_inconclusive(plant):
    """Halved by misreading, a true 1.25 would look as small as this."""
    assert evaluate(CLAIM, _rooms(plant, 1.05)).word == "INCONCLUSIVE"
