"""Figures have their words in both languages."""

import json

import matplotlib.text
import pandas as pd

from helpers import figures
from helpers.figures.forest import forest_plot
from helpers.figures.wording import CHINESE, ENGLISH, _entries

ROW = {"label": "a_b", "estimate": 0.4, "low": 0.3, "high": 0.5, "n": 12}


def drawn(t):
    """Return a forest of one row in a language."""
    rows = pd.DataFrame([{**ROW, "verdict": "TOO_SMALL", "reason": None}])
    figure = forest_plot(rows, title="x", measure="y", t=t)
    return figures.Drawn(figure, title="x", caption="y", alt=t("forest.null"))


def words(figure):
    """Return every text of a figure."""
    return {one.get_text() for one in figure.findobj(matplotlib.text.Text)}


def test_every_word_has_both_languages():
    """Each entry is a pair that asks for the same values; neither is empty."""
    for table, entries in _entries().items():
        for pair in entries.values() if table not in {"measure", "label"} else ():
            english, chinese = pair
            assert english
            assert chinese
            assert english.count("{") == chinese.count("{")


def test_a_plot_speaks_one_language():
    """Heads and verdict of a Chinese forest are Chinese, and no English stays."""
    assert {"结论", "方向对，但没那么大"} <= words(drawn(CHINESE).figure)
    assert {"answer", "true but smaller"} <= words(drawn(ENGLISH).figure)
    assert not words(drawn(CHINESE).figure) & {"answer", "true but smaller"}


def test_both_are_saved_under_one_id(study, tmp_path, monkeypatch):
    """Chinese pictures lie beside the English, with their words in the provenance."""
    monkeypatch.setenv("SHEQUN_FIGURES", str(tmp_path))
    saved = figures.save_both(
        drawn, "both", data=pd.DataFrame({"x": [1]}), claims=[], studies=[study]
    )
    facts = json.loads(saved.file("json").read_text(encoding="utf-8"))
    assert saved.file("zh.svg").is_file()
    assert (facts["alt"], facts["zh"]["alt"]) == ("no effect", "无效应")
    assert "zh.png" in facts["files"]
