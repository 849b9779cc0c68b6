"""The null of the effective number of centres."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.derive.measures.windows import add_expected_centres

counts = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=2, max_size=12
)


def _centres_of(messages, sent) -> float:
    """Return the expected centres of a single group."""
    posters = pd.DataFrame({"g": 1, "n": messages, "sent": sent})
    return add_expected_centres(posters, ["g"])["centres_null"].item()


def _pairwise(messages, sent) -> float:
    """Return the same from the whole matrix of probabilities."""
    p = np.tile(np.asarray(messages, float), (len(messages), 1))
    np.fill_diagonal(p, 0)
    p /= p.sum(axis=1, keepdims=True)
    sent = np.asarray(sent, float)
    squares = sent @ (p * (1 - p)) + (sent @ p) ** 2
    return sent.sum() ** 2 / squares.sum()


@given(counts)
def test_closed_form_equals_the_whole_matrix(pairs):
    """Linear sums give what every pair of people gives."""
    messages, sent = (np.array(column) for column in zip(*pairs, strict=True))
    found = _centres_of(messages, sent)
    if sent.sum() == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(_pairwise(messages, sent))


def test_expected_centres_equal_a_simulation():
    """Replies drawn at random have the expected sum of squares."""
    random = np.random.default_rng(20)
    messages, sent = np.array([50, 20, 20, 5, 5]), np.array([10, 30, 5, 5, 0])
    squares = []
    for _ in range(4000):
        received = np.zeros(5)
        for i, r in enumerate(sent):
            others = np.where(np.arange(5) == i, 0, messages)
            received += random.multinomial(r, others / others.sum())
        squares.append((received**2).sum())
    simulated = sent.sum() ** 2 / np.mean(squares)
    assert _centres_of(messages, sent) == pytest.approx(simulated, rel=0.01)
