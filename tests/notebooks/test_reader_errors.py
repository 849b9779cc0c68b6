"""What a reader sees in Jupyter when a value of theirs will not do."""

import warnings

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from helpers import figures
from helpers.figures.saving import STRICT

RAISE = "from helpers.errors import NotIdentifiableError as E; raise E('no such thing')"


def test_expected_error_is_one_sentence_without_a_traceback(capsys):
    """The lines of our code that raised it say nothing to a reader."""
    shell = InteractiveShell()
    shell.run_cell(RAISE)
    assert capsys.readouterr().out.strip() == "no such thing."


def test_a_long_label_only_warns_a_reader(tmp_path, monkeypatch):
    """A check meant for print stops `make notebooks` and no cell of one's own."""
    monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path))
    words = {"data": pd.DataFrame({"x": [1]}), "title": "T", "zh": "题"}

    def drawn():
        figure = figures.create_figure("two", 40, title="")
        figure.text(0.9, 0.5, "a label much longer than the figure is wide " * 3)
        return figure

    with pytest.raises(figures.FigureError, match="runs"):
        figures.show_figure(drawn(), "x", **words)
    monkeypatch.delenv(STRICT)
    with warnings.catch_warnings(), pytest.warns(UserWarning, match="runs"):
        saved = figures.show_figure(drawn(), "x", **words)
    assert saved.file("png").is_file()
