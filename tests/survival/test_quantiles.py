"""Where a step function meets a height, and the limits of a median."""

import math

import numpy as np
import pytest

from helpers.survival.kaplan_meier import TOLERANCE, find_crossing

TIMES = np.arange(5.0)


@pytest.mark.parametrize(
    ("survival", "met"),
    [
        ([1.0, 0.8, 0.4, 0.3, 0.1], 2.0),
        ([1.0, 0.8, 0.5, 0.3, 0.1], 2.5),  # the middle of the stretch at one half
        ([1.0, 0.5, 0.5, 0.5, 0.1], 2.5),
        ([1.0, 0.8, 0.5, 0.5, 0.5], 3.0),
        ([1.0, 0.8, 0.5, 0.5, math.nan], 2.5),  # what is not a number is not watched
        ([1.0, 0.9, 0.8, 0.7, 0.6], math.inf),
        ([0.4, 0.3, 0.2, 0.1, 0.0], 0.0),
        ([1.0, 0.5 + 0.99e-9, 0.4, 0.3, 0.1], 1.5),
        ([1.0, 0.5 + 1.01e-9, 0.4, 0.3, 0.1], 2.0),
        ([1.0, 0.5 + TOLERANCE, 0.4, 0.3, 0.1], 1.5),
        ([1.0, 0.5 - TOLERANCE, 0.4, 0.3, 0.1], 1.5),
        ([1.0, 0.5 - 0.99e-9, 0.4, 0.3, 0.1], 1.5),
        ([1.0, 0.5 - 1.01e-9, 0.4, 0.3, 0.1], 1.0),
    ],
)
def test_crossing_of_a_flat_step_is_its_middle(survival, met):
    """A stretch at the height is met in its middle, rounding of a billionth borne."""
    assert find_crossing(TIMES, np.array(survival), 0.5) == met
