"""What a chapter draws with seaborn is framed, and saved in both languages."""

import json
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import seaborn as sns
from PIL import Image

from helpers.figures import show_figure, use_style
from helpers.study import open_study

DATA = pd.DataFrame({"day": [1, 2, 3], "dead": [0.1, 0.2, 0.4], "silence": "60 days"})


def drawn(folder, monkeypatch):
    """Draw a line, and save it into a folder."""
    monkeypatch.setenv("SHEQUN_FIGURES", str(folder))
    use_style()
    ax = sns.lineplot(DATA, x="day", y="dead", hue="silence")
    ax.set(ylabel="share that is dead")
    words = {"title": "40 % are dead", "zh": "有 40 % 死去"}
    return show_figure(
        ax, "a-line", data=DATA, studies=[open_study("fcc_gitter")], **words
    )


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """Return the saved figure."""
    return drawn(tmp_path, monkeypatch)


def test_both_languages_are_on_disk_with_their_words(saved):
    """Title, axes and source stand in English and in Chinese; the figure is closed."""
    facts = json.loads(saved.file("json").read_text("utf-8"))

    assert saved.file("zh.svg").is_file()
    assert "share that is dead" in saved.alt
    assert "已死去的比例" in facts["zh"]["alt"]
    assert facts["zh"]["title"] == "有 40% 死去"
    assert facts["studies"][0]["title"].startswith("freeCodeCamp")
    assert not plt.get_fignums()


def test_the_chinese_edition_draws_in_chinese(tmp_path, monkeypatch):
    """It had shown the English picture when a cell was executed again."""
    pictures = []
    for language in ("en", "zh"):
        monkeypatch.delenv("SHEQUN_PICTURES", raising=False)
        monkeypatch.setenv("SHEQUN_LANGUAGE", language)
        shown = drawn(tmp_path, monkeypatch)
        pictures.append(shown.file("png").read_bytes())
    assert (shown.title, "已死去的比例" in shown.alt) == ("有 40% 死去", True)
    assert pictures[0] != pictures[1]


def test_label_with_a_percentage_is_translated(tmp_path, monkeypatch):
    """It stayed English: its number was rewritten before it was looked up."""
    monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path))
    use_style()
    ax = sns.scatterplot(x=[1, 2], y=[0.2, 0.8])
    ax.set(xlabel="growth for each 1 % of members")
    label = {"growth for each 1 % of members": "成员每多 1 %"}
    saved = show_figure(ax, "growth", data=DATA, title="T", zh="题", words=label)
    facts = json.loads(saved.file("json").read_text("utf-8"))
    assert "成员每多 1%" in facts["zh"]["alt"]


def test_axes_without_labels_are_not_announced(tmp_path, monkeypatch):
    """The alternative text of a table of colours had ended in 'Axes: .'."""
    monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path))
    use_style()
    ax = sns.heatmap(pd.DataFrame({"a": [0, 1]}), cbar=False)
    saved = show_figure(ax, "colours", data=DATA, title="T", zh="题")
    assert saved.alt == "T."


def test_shares_are_in_per_cent_and_large_numbers_in_full(tmp_path, monkeypatch):
    """Unless somebody chose how they are written."""
    monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path))
    use_style()
    ax = sns.scatterplot(x=[1, 3e6], y=[0.2, 0.8])
    ax.set(xscale="log", xlabel="messages of a group", ylabel="share")
    own = ax.twiny()
    own.set(xscale="log", xlim=(1, 1.5), xticks=[1.2])
    own.xaxis.set_major_formatter("{x:g}")
    saved = show_figure(ax, "numbers", data=DATA, title="T", zh="题")
    written = set(re.findall(">([^<>]+)</text>", saved.file("svg").read_text("utf-8")))
    assert {"60%", "1,000,000", "1.2"} <= written


def test_short_logarithmic_axes_have_several_numbers(tmp_path, monkeypatch):
    """A picture of two decades says more than where they end."""
    monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path))
    use_style()
    ax = sns.scatterplot(x=[8, 800], y=[0.2, 0.8])
    ax.set(xscale="log", xlabel="members")
    saved = show_figure(ax, "numbers", data=DATA, title="T", zh="题")
    written = set(re.findall(">([^<>]+)</text>", saved.file("svg").read_text("utf-8")))
    assert {"10", "20", "50", "100", "200", "500"} <= written


def test_the_small_picture_is_small(saved):
    """It is the head of the narrow one, wider than high, in either language."""
    for language in ("", "zh."):
        with Image.open(saved.file(f"{language}thumb.png")) as small:
            assert small.width == pytest.approx(315, abs=1)
            assert small.height <= 0.76 * small.width
        assert saved.file(f"{language}thumb.png").stat().st_size < 60_000


def test_drawing_again_changes_no_byte(tmp_path, monkeypatch):
    """English and Chinese pictures are the same each time."""
    one, two = (drawn(tmp_path / name, monkeypatch) for name in ("a", "b"))
    for ending in ("svg", "zh.svg", "png", "csv"):
        assert one.file(ending).read_bytes() == two.file(ending).read_bytes()
