"""What a notebook shows of a curve, lifetimes and a model."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from helpers.study import open_study
from helpers.survival.kaplan_meier import estimate_survival


@pytest.fixture
def curve():
    """Return a curve of five lifetimes."""
    return estimate_survival([1, 2, 3, 4, 5], [True, False, True, True, False])


@pytest.fixture(scope="module")
def study():
    """Return a public study."""
    return open_study("fcc_gitter")


def test_frame_has_the_curves_own_numbers(curve):
    """The table is the curve: S, limits and counts at each distinct time."""
    table = curve.to_frame()

    assert table["survival"].tolist() == [curve.at(day) for day in table["days"]]
    inner = table[table["survival"].between(0.01, 0.99)]
    for row in inner.itertuples():
        interval = curve.interval(row.days)
        assert (row.lower, row.upper) == pytest.approx((interval.low, interval.high))
    assert table["ended"].sum() == 3
    assert table["at_risk"].iloc[1] == 5


def test_plot_draws_on_the_axes_given(curve):
    """Two curves are drawn into one picture and named, not into the latest one."""
    mpl.use("Agg")
    _, (axes, latest) = plt.subplots(2)
    curve.plot(axes, label="a")

    assert curve.plot(axes, label="b") is axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
    assert len(axes.get_lines()) == 2
    assert curve.plot() is latest
    plt.close("all")


def test_numbers_at_risk_stand_below_the_plot(curve):
    """A Kaplan–Meier plot shows how many each step rests on, just before each age."""
    mpl.use("Agg")
    _, axes = plt.subplots()
    curve.plot(axes, label="a")
    shown = [text.get_text() for text in axes.texts]

    assert shown == ["a", *("5", "5", "4", "3", "2", "1")]
    curve.plot(axes, label="b")
    names = {text.get_text(): text.get_position() for text in axes.texts}
    assert names["a"] == pytest.approx((-0.02, -0.2))  # left of the axis, below it
    assert names["b"] == pytest.approx((-0.02, -0.26))  # a line of its own
    plt.close("all")


def test_late_entries_are_not_at_risk_at_the_start():
    """The second lifetime is watched from day 1 on."""
    mpl.use("Agg")
    _, axes = plt.subplots()
    estimate_survival([3, 4], [True, True], entry=[0, 1]).plot(axes, label="a")
    shown = dict(zip(axes.get_xticks()[1:], axes.texts[1:], strict=False))
    assert shown[0.0].get_text() == "1"
    plt.close("all")


def test_late_entry_is_counted_at_risk_only_after_it():
    """Who enters on day 2 is not at risk just before it, but before day 3."""
    mpl.use("Agg")
    _, axes = plt.subplots()
    axes.set_xticks([0, 2, 3])
    estimate_survival([4, 4, 4], [True] * 3, entry=[0, 0, 2]).plot(axes)
    assert [text.get_text() for text in axes.texts] == ["at risk", "2", "2", "3"]
    plt.close("all")
