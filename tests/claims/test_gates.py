"""Each data gate refuses what is just short of it and lets the least pass."""

import numpy as np
import pytest

from helpers.claims import gates


@pytest.mark.parametrize(("number", "passes"), [(49, False), (50, True)])
def test_fifty_groups(number, passes):
    """One group fewer than 50 is too few."""
    assert gates.groups(number).passed is passes


@pytest.mark.parametrize(("followed", "passes"), [(19, False), (20, True)])
def test_twenty_followed(followed, passes):
    """Follow-up counts at the horizon itself, and twenty groups are the least."""
    days = [105.0] * followed + [104.9] * 99

    assert gates.follow_up(days, 105).passed is passes


def test_arms_and_deaths():
    """Thirty groups in each arm, thirty deaths over both, five in each."""
    exposed = np.r_[np.ones(30, bool), np.zeros(30, bool)]
    dead = np.r_[np.ones(25, bool), np.zeros(30, bool), np.ones(5, bool)]

    assert [gate.passed for gate in gates.arms(exposed, dead)] == [True, True, True]
    assert not gates.arms(exposed[1:], dead[1:])[0].passed
    dead[-1] = False
    assert [gate.passed for gate in gates.arms(exposed, dead)] == [True, False, False]


@pytest.mark.parametrize(("deaths", "passes"), [(29, False), (30, True)])
def test_ten_deaths_a_coefficient(deaths, passes):
    """Three coefficients need thirty deaths."""
    assert gates.coefficients(deaths, 3).passed is passes


@pytest.mark.parametrize(
    ("networks", "batches", "unit", "pooled"),
    [
        (20, 5, "network", True),
        (8, 5, "network", True),
        (7, 99, "each", False),
        (2, 99, "each", False),
        (1, 20, "batch", True),
        (1, 19, "group", True),
    ],
)
def test_clusters_follow_the_number_of_operators(networks, batches, unit, pooled):
    """Two to seven operators give no pooled interval; one is read by batches."""
    found, gate = gates.units_of_clustering(range(networks), range(batches))

    assert (found, gate.passed) == (unit, pooled)


def test_late_entry():
    """Groups first watched after the horizon say nothing about it."""
    assert not gates.entered_before([110.0] * 500, 105).passed
    assert gates.entered_before([0.0] * 20, 105).passed


def test_survivors_only():
    """A list of those still alive is refused."""
    assert not gates.selection(survivors_only=True).passed


@pytest.mark.parametrize(("lag", "passes"), [(0, False), (6, False), (7, True)])
def test_exposure_after_the_landmark_must_be_lagged(lag, passes):
    """An exposure that runs into the risk period passes only a week back."""
    assert gates.timing(60, 28, lag=lag).passed is passes


def test_circular_outcome():
    """What defines the exposure may not enter the outcome."""
    assert not gates.circularity({"owner_share"}, {"owner_share", "x"}).passed
    assert gates.circularity({"owner_share"}, {"silence"}).passed


@pytest.mark.parametrize(
    ("number", "f1", "passes"),
    [(299, (0.9,), False), (300, (0.9,), True), (300, (), False)],
)
def test_labels_need_hands_and_a_report(number, f1, passes):
    """300 hand labels, and each class's F1 told."""
    assert gates.labels(number, f1).passed is passes
