"""Success at an age under censoring."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_success_probability
from helpers.survival.kaplan_meier import estimate_survival
from helpers.survival.lifetimes import Lifetimes

rows = st.lists(
    st.tuples(st.integers(0, 10), st.booleans()), min_size=2, max_size=40
).map(lambda found: [*found, *[(10, False)] * 12])


def lives(durations, ended, potential=None, entry=0.0):
    """Return lifetimes of one network."""
    n = len(durations)
    nothing = np.zeros(n, bool)
    durations = np.asarray(durations, float)
    return Lifetimes(
        group=np.arange(n), durations=durations, ended=np.asarray(ended, bool),
        entry=np.full(n, entry), last_age=durations, waited=durations,
        potential=durations if potential is None else np.asarray(potential, float),
        slow=nothing, never_active=nothing, revived=nothing,
        network=np.array(["one"] * n, object), batch=np.array(["one"] * n, object),
        listed=n, born_late=0, gone_before_entry=0, definition="planted",
    )  # fmt: skip


@given(rows, st.integers(1, 10))
def test_success_equals_kaplan_meier_if_all_living_succeed(found, horizon):
    """Weighting by the chance of being watched gives S exactly, ties included."""
    durations, ended = zip(*found, strict=True)
    estimate = estimate_success_probability(
        lives(durations, ended),
        np.ones(len(found), bool),
        horizon,
        replicates=20,
    ).estimate
    assert estimate == pytest.approx(estimate_survival(durations, ended).at(horizon))


def test_success_probability_without_censoring_is_a_share():
    """Everybody watched: successes over groups, exactly."""
    durations = np.r_[np.full(30, 5.0), np.full(70, 50.0)]
    success = np.arange(100) % 2 == 0
    found = estimate_success_probability(lives(durations, durations < 50), success, 20)
    assert (found.estimate, found.method) == (0.35, "Clopper–Pearson")


def test_success_probability_recovers_the_simulated_one():
    """S is 1/e and half of the living succeed; leaving out the censored fails."""
    rng = np.random.default_rng(1)
    life, watched = rng.exponential(1, 8000), rng.uniform(0, 3, 8000)
    data = lives(np.minimum(life, watched), life <= watched, watched)
    success = rng.random(8000) < 0.5
    found = estimate_success_probability(data, success, 1.0, replicates=200)
    alive = data.durations >= 1
    resolved = alive | data.ended
    naive = np.mean((success & alive)[resolved])
    truth = 0.5 * np.exp(-1)
    assert found.low < truth < found.high
    assert abs(naive - truth) > 3 * found.wald.on_scale("identity")[1]


def test_success_probability_refuses_delayed_entry():
    """Weights for censoring alone would be wrong there."""
    with pytest.raises(NotIdentifiableError, match="delayed entry"):
        estimate_success_probability(
            lives([2.0] * 9, [0] * 9, entry=1.0), np.ones(9, bool), 2
        )
