"""Shares of people, medians and dominance: planted truths."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.designs.shares import (
    estimate_dominance,
    estimate_share_of_people,
    estimate_share_of_stayers,
)
from helpers.inference import compute_exact_interval


def _draw_rooms(rng, truth=0.4, big=0.65):
    """Draw ten rooms of which one holds most people, with shares of their own."""
    people = np.array([int(9000 * big / (1 - big)), *[1000] * 9])
    own = 1 / (1 + np.exp(-(np.log(truth / (1 - truth)) + rng.normal(0, 0.3, 10))))
    return rng.binomial(people, own), people


def test_one_big_room_does_not_make_the_interval_too_narrow():
    """The sandwich error, as before, covers far less often than the jackknife."""
    rng, jackknife, sandwich = np.random.default_rng(7), 0, 0
    for _ in range(400):
        did, people = _draw_rooms(rng)
        found = estimate_share_of_people(did, people)
        jackknife += found.low < 0.4 < found.high
        share, k = did.sum() / people.sum(), len(did)
        residuals = ((did - share * people) ** 2).sum()
        error = np.sqrt(residuals * k / (k - 1)) / people.sum()
        sandwich += abs(share - 0.4) < 2.26 * error
    assert jackknife / 400 > sandwich / 400 + 0.05
    assert jackknife / 400 > 0.85


def test_jackknife_is_that_of_shares_without_each_room():
    """Computed room by room, in plain Python."""
    did, people = [30, 4, 9, 2], [60, 20, 20, 10]
    logits = []
    for out in range(4):
        some = sum(did) - did[out] + 0.5
        whole = sum(people) - people[out] + 1
        logits.append(np.log(some / (whole - some)))
    error = np.sqrt(3 / 4 * sum((one - np.mean(logits)) ** 2 for one in logits))
    found = estimate_share_of_people(did, people)
    reach = 3.182446 * error
    centre = np.log(45 / 65)
    assert np.log(found.low / (1 - found.low)) == pytest.approx(centre - reach)
    assert np.log(found.high / (1 - found.high)) == pytest.approx(centre + reach)


def test_nobody_in_any_room_still_has_an_upper_limit():
    """None of 223 people is not an interval without width."""
    found = estimate_share_of_people([0, 0], [100, 123])
    assert (found.estimate, found.low) == (0, 0)
    assert found.high == pytest.approx(compute_exact_interval(0, 223).high)


def test_limits_enclose_both_readings_of_who_left_in_silence():
    """They lurked, all or none: the share of stayers alone would be too sure."""
    row = {"network": "one", "batch": "b", "members": 100, "silent": 40}
    rows = pd.DataFrame([row | {"gone_silent": 20, "gone": 0}])
    found = estimate_share_of_stayers(rows)
    assert (found.estimate, found.n) == (0.5, 80)
    assert found.low <= compute_exact_interval(40, 100).low
    assert found.high >= compute_exact_interval(60, 100).high


@pytest.mark.parametrize(("first", "second", "share"), [(0.9, 0.0, 1.0), (0, 0.9, 0.0)])
def test_the_measure_that_matters_takes_the_share(first, second, share):
    """Of two independent measures only one shortens lives."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(400, 2))
    life = rng.exponential(100 / np.exp(x @ [first, second]))
    data = pd.DataFrame({"one": x[:, 0], "two": x[:, 1], "entry": 0.0})
    data = data.assign(duration=np.minimum(life, 300), ended=life < 300)
    data = data.assign(network="n", batch=np.arange(400).astype(str))
    found = estimate_dominance(data, "one", "two", samples=60)
    assert found.estimate == pytest.approx(share, abs=0.05)
    assert found.low - 0.05 <= share <= found.high + 0.05
