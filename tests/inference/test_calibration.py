"""Regression calibration finds the line from instrument to people, and its error."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.inference.calibration import apply_calibration, calibrate_share, to_power
from helpers.survival.bootstrap import cluster_by_label
from helpers.survival.interval import Interval, Wald

SENSITIVITY, FALSE_ALARMS, EACH = 0.7, 0.15, 60


def drawn(seed, *, units=200, share=0.05):
    """Return messages, instrument's sums, corrections, and people's sums of units."""
    chance = np.random.default_rng(seed)
    truth = chance.random((units, EACH)) < chance.beta(2, 4, (units, 1))
    machine = chance.random(truth.shape) < np.where(truth, SENSITIVITY, FALSE_ALARMS)
    asked = chance.random(truth.shape) < share
    correction = (asked * (truth - 1.0 * machine) / share).sum(axis=1)
    said = np.full(units, float(EACH))
    return said, machine.sum(axis=1), correction, truth.sum(axis=1)


def test_calibration_uses_all_labels():
    """Over many samples it is that of people's own shares on the instrument's."""
    slopes, truths, hits = [], [], 0
    for seed in range(200):
        said, machine, correction, people = drawn(seed)
        line = calibrate_share(
            said, machine, correction, cluster_by_label(range(len(said)))
        )
        truth = np.polyfit(machine / said, people / said, 1)[0]
        reach = 1.97 * np.sqrt(line.covariance[1, 1])
        slopes, truths = [*slopes, line.slope], [*truths, truth]
        hits += abs(line.slope - truth) < reach
    assert np.mean(slopes) == pytest.approx(np.mean(truths), abs=0.03)
    assert 0.90 <= hits / 200 <= 0.99


def test_calibration_equals_an_independent_regression():
    """It is weighted least squares of the units' corrected shares."""
    said, machine, correction, _ = drawn(1)
    said = said * np.linspace(1, 2, len(said))
    line = calibrate_share(
        said, machine, correction, cluster_by_label(range(len(said)))
    )
    x, y = machine / said, (machine + correction) / said
    slope, level = np.polyfit(x, y, 1, w=np.sqrt(said))
    assert (line.level, line.slope) == pytest.approx((level, slope), rel=1e-9)


def test_calibration_error_widens_the_ratio_interval():
    """The error of a quotient by the slope is that of the delta method."""
    said, machine, correction, _ = drawn(1)
    line = calibrate_share(
        said, machine, correction, cluster_by_label(range(len(said)))
    )
    ratio = Interval.of(2.0, Wald(2.0, 0.1, "log", 199), method="", n=200, clusters=200)
    found = apply_calibration(line, lambda other: to_power(ratio, 1 / other.slope))
    value, error = found.on_scale("log")
    by_hand = np.hypot(0.1 / line.slope, value / line.precision)
    assert error == pytest.approx(by_hand, rel=0.02)
    assert value == pytest.approx(np.log(2) / line.slope)


def test_uninformative_classifier_is_refused():
    """The same reading of all messages tells no unit from another."""
    said, _, correction, _ = drawn(1)
    with pytest.raises(NotIdentifiableError, match="the same score"):
        calibrate_share(said, said / 2, correction, cluster_by_label(range(len(said))))
