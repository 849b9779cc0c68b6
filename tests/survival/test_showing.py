"""What a notebook shows of a curve, lifetimes and a model."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.study import open_study
from helpers.survival import (
    define_lifetimes_by_inactivity,
    estimate_survival,
    estimate_survival_band,
    fit_cox,
)


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


def test_plot_shows_whole_shares_and_pale_limits(curve):
    """An axis that begins elsewhere would make a small change look large."""
    mpl.use("Agg")
    axes = curve.plot(plt.figure().subplots())
    (limits,) = axes.collections

    assert axes.get_ylim() == (0, 1.02)
    assert (limits.get_alpha(), list(limits.get_linewidth())) == (0.2, [0])
    plt.close("all")


def test_representations_have_one_short_line(curve, study):
    """Typing `study` printed 104,806 characters."""
    lives = define_lifetimes_by_inactivity(
        study.table("groups"), study.table("silences")
    )
    exposures = pd.DataFrame({"x": [1, 1, 1, 0, 0, 0]})
    fit = fit_cox([1, 1, 6, 6, 8, 9], [1, 0, 1, 1, 0, 1], exposures)
    band = estimate_survival_band(lives, seed=1, replicates=50)
    shown = [curve, lives, band, fit, study]
    shown += [study.manifest, study.ledger]

    for one in shown:
        assert len(repr(one)) < 160, type(one)
        assert "\n" not in repr(one)


def test_html_of_a_study_names_tables_licence_and_gaps(study):
    """What a notebook shows of a study is what one needs to begin."""
    html = study._repr_html_()

    assert all(f"<code>{name}</code>" in html for name in study.manifest.tables)
    assert study.manifest.licence in html
    assert len(html) < 20_000


def test_dates_replace_microseconds(study):
    """`table_with_dates` has the same instants."""
    plain, dated = study.table("groups"), study.table_with_dates("groups")

    assert not [name for name in dated if name.endswith("_us")]
    known = plain["last_us"].notna().to_numpy()
    instants = dated["last"][known].dt.as_unit("us").astype("int64")
    assert np.array_equal(instants, plain["last_us"][known].astype("int64"))


def test_html_of_a_curve_is_its_first_rows(curve):
    """A curve was the one result without a table in a notebook."""
    html = curve._repr_html_()
    assert html.startswith("<p>SurvivalCurve(")
    assert all(f"<th>{column}</th>" in html for column in curve.to_frame())


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


def test_limits_are_one_while_survival_is(curve):
    """They were not a number, and counts fractions."""
    first = curve.to_frame().iloc[0]
    assert (first["lower"], first["upper"]) == (1, 1)
    assert curve.to_frame()["at_risk"].dtype == np.int64
