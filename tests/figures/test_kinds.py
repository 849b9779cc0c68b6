"""What each kind of figure shows and leaves out."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from helpers import figures
from helpers.figures.survival import FEWEST, _with_room


def words(figure):
    """Return all text of a figure."""
    from matplotlib.text import Text

    return [t.get_text() for t in figure.findobj(Text) if t.get_visible()]


def pixels(figure):
    """Return a figure as a grey picture."""
    buffer = io.BytesIO()
    with figures.house_style():
        figure.savefig(buffer, format="png", dpi=72)
    return imread(io.BytesIO(buffer.getvalue()))[..., :3].mean(axis=2)


def test_survival_is_not_drawn_beyond_twenty_at_risk(curves, drawn):
    """The curve ends where fewer than 20 are at risk."""
    steps = curves[0]
    last = steps.loc[steps["at_risk"] >= FEWEST, "day"].max()
    assert last < 365
    axes = drawn["survival"].axes[0]
    ends = [line.get_xdata()[-1] for line in axes.lines if len(line.get_xdata()) > 2]
    assert ends == [last, last]


def test_survival_says_watched_dead_and_out_of_view(drawn):
    """The three counts stand beneath the panel that has them."""
    said = words(drawn["survival"])
    assert {"watched", "dead", "out of view", "600", "250", "340", "10"} <= set(said)


def test_survival_names_the_rule_the_naive_curve_and_the_median(drawn):
    """No line of the panel is left to be guessed."""
    said = words(drawn["survival"])
    assert {"rule: below one half", "naive", "median 83 d"} <= set(said)


def test_labels_of_a_panel_do_not_overlap(drawn):
    """Direct labels find room of their own."""
    figure = drawn["survival"]
    figure.draw_without_rendering()
    axes = figure.axes[1]
    labels = [t for t in axes.texts if not t.get_in_layout()]
    boxes = [t.get_window_extent() for t in labels]
    assert len(boxes) == 3
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_crowded_days_give_way_to_more_important_ones():
    """A day next to one that comes before it in the list is left out."""
    assert _with_room([0, 105, 90, 365], 365, 0.1) == [0, 105, 365]


def test_a_refused_corpus_shows_its_reason_and_no_estimate(drawn):
    """The row of a refused corpus holds the reason instead of numbers."""
    said = words(drawn["forest"])
    assert "fewer than 50 groups" in said
    assert not any("nan" in text.lower() for text in said)


def test_a_name_with_a_rare_character_is_drawn_with_a_geta_mark(drawn):
    """A user's group name can't stop the figure."""
    assert "沉默的群 〓" in words(drawn["forest"])


def test_ratios_stand_on_a_log_axis(forest_rows):
    """With `log` the axis is logarithmic and its labels are plain numbers."""
    figure = figures.forest_plot(forest_rows, title="t", measure="HR", log=True)
    figure.draw_without_rendering()
    assert figure.axes[0].get_xscale() == "log"
    assert not any("$" in text for text in words(figure))


def test_the_share_that_agrees_is_printed(drawn):
    """The specification curve says how many analyses agree."""
    assert any("2 of 3 agree" in t for t in words(drawn["specifications"]))


@pytest.mark.parametrize("spread", [1.0, 8.0])
def test_ratios_of_specifications_stand_on_a_logarithmic_axis(spread):
    """Ticks are plain numbers, few or many decades apart."""
    runs = pd.DataFrame(
        {"estimate": np.exp([-spread, 0.0, spread]), "way": ["a", "b", "c"]}
    )
    runs = runs.assign(low=runs["estimate"] / 2, high=runs["estimate"] * 2)
    runs = runs.assign(agrees=True, primary=[True, False, False])
    figure = figures.specification_curve(
        runs, ["way"], title="t", measure="HR", threshold=1.25, log=True
    )
    figure.draw_without_rendering()
    labels = [text for text in words(figure) if text]

    assert not any("$" in text for text in labels)
    assert "1" in labels


@pytest.mark.parametrize("kind", ["survival", "forest", "shares", "specifications"])
def test_every_kind_is_legible_in_grey(drawn, kind):
    """Without colour there is still ink at several levels of grey."""
    grey = pixels(drawn[kind])
    assert np.mean(grey < 0.5) > 0.004
    assert grey.max() == 1.0


def test_a_share_that_cannot_be_known_is_said_and_hatched():
    """A null share is a hatched bar over the whole range, never "nan"."""
    import pandas as pd

    row = ("Zulip", "shell", None, None, None, None, 0.58)
    columns = ["study", "reading", "share", "low", "high", "unknown", "claimed"]
    rows = pd.DataFrame([row], columns=columns).astype({"share": float})
    axes = figures.share_bars(rows, title="t").axes[0]
    assert "not known, claimed 58%" in words(axes.figure)
    assert axes.patches[0].get_width() == 1
