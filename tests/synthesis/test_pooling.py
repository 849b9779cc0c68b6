"""What the public door of pooling refuses."""

import numpy as np
import pytest

from helpers.errors import ShequnError
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
