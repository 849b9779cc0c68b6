"""What the public door of pooling refuses."""

import numpy as np
import pytest

from helpers.claims.contract.finding import Supplement
from helpers.errors import ShequnError
from helpers.survival import Interval
from helpers.synthesis.component import pool_places
from helpers.synthesis.pooling import pool_effects
from helpers.synthesis.scales import Effect


@pytest.mark.parametrize("se", [-0.1, 0.0, np.nan])
def test_standard_error_that_is_not_positive_is_refused(se):
    """A negative one was squared and pooled; 0 was a bare ZeroDivisionError."""
    effects = [Effect(0.1, 0.1), Effect(0.2, se), Effect(0.3, 0.1)]
    with pytest.raises(ShequnError, match=r"effect 1: .*standard error"):
        pool_effects(effects, "log")


def test_two_effects_are_too_few():
    """The docstring asked for three and two were pooled."""
    with pytest.raises(ShequnError, match="2 effects: too few to pool"):
        pool_effects([Effect(0.1, 0.1)] * 2, "log")


def test_unknown_method_lists_the_known_ones():
    """method="DL" was a KeyError."""
    with pytest.raises(ShequnError, match=r"method: 'DL'.*PM, REML"):
        pool_effects([Effect(0.1, 0.1)] * 3, "log", method="DL")


def test_places_are_averaged_as_a_reader_did_by_hand():
    """Lifetimes of groups of 10–30 against smaller ones: 1.18 (0.91–1.53), I² 86%.

    Computed by a reviewer of the site from the four printed, rounded intervals.
    """
    printed = [
        (1.47, 1.34, 1.61), (1.05, 0.87, 1.27), (1.04, 0.89, 1.21), (1.17, 1.04, 1.31)
    ]  # fmt: skip
    places = [Supplement("", _make_interval(*limits)) for limits in printed]
    pool = pool_places(places, "log")

    limits = pool.mean.estimate, pool.mean.low, pool.mean.high
    assert limits == pytest.approx((1.18, 0.91, 1.53), abs=0.01)


def _make_interval(estimate, low, high):
    how = {"level": 0.95, "method": "", "n": 100, "clusters": 100}
    return Interval(estimate, low, high, limits=lambda _: (low, high), **how)
