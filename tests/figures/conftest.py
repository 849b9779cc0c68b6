"""Figures that chapters could draw, and a study to say they come from."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

from helpers import figures
from helpers.figures.saving import EVERY
from helpers.figures.style import set_words

ROWS = pd.DataFrame(
    {
        "source": ["a very long name of a source", "沉默的群，名字也很长很长很长"],
        "share": [0.6, 0.3],
    }
)
WORDS = {"title": "多数沉默了", "caption": "What is measured.", "alt": "A line falls."}


@pytest.fixture(autouse=True)
def _every_picture(monkeypatch):
    """Draw what pages need, unless a test asks for what a cell shows."""
    monkeypatch.setenv(EVERY, "1")


@pytest.fixture
def study(tmp_path):
    """Return the folder of a processed study that is nothing but its manifest."""
    folder = tmp_path / "demo"
    folder.mkdir()
    facts = {"study": "demo", "title_en": "Demo & co", "source": "a_b", "licence": "x"}
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def _line():
    figures.use_style()
    return sns.lineplot(x=[0, 1], y=[1, 0.2]).figure


def _rows():
    figures.use_style()
    axes = sns.stripplot(ROWS, x="share", y="source")
    axes.annotate(
        "supported", (1.02, 0), xycoords=axes.get_yaxis_transform(), va="center"
    )
    return axes.figure


def _panels():
    figures.use_style()
    data = pd.DataFrame({"x": np.arange(8.0), "y": 1.0, "kind": list("aabbccdd")})
    return sns.relplot(data, x="x", y="y", col="kind", col_wrap=2, height=1.6).figure


@pytest.fixture(params=[_line, _rows, _panels], ids=["line", "rows", "panels"])
def drawn(request):
    """Return a figure of each kind, 183 mm wide."""
    figure = request.param()
    figure.set_size_inches(183 / 25.4, figure.get_figheight())
    with figures.apply_style():
        set_words(figure, title="Some title")
    yield figure
    plt.close(figure)
