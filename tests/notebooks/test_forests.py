"""What a claim's figure says of itself comes from its card and its rule."""

import ast
import json
import re

from helpers import paths
from helpers.claims import read_register
from helpers.claims.contract.card import card
from helpers.claims.evaluation.sentences import word_said
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from helpers.figures.wording import CHINESE, ENGLISH, _entries
from helpers.notebooks.claim_forests import forest_figure, named
from helpers.notebooks.verdicts import forest_rows
from tests.claims.intervals import fixed

TYPED = {"measure", "says", "unit", "of", "threshold"}
DRAWING = {"forest_figure", "verdict_table", "curve_figure", "forest", "answer_box"}
SAID = re.compile(r"\bper (?:SD|doubling)|\bor (?:more|less)\b|\bmore than \d")


def calls():
    """Yield every call in the notebooks' code, with its notebook."""
    for file in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(file.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                tree = ast.parse("".join(cell["source"]))
                yield from ((file.name, n) for n in ast.walk(tree)
                            if isinstance(n, ast.Call))  # fmt: skip


def test_no_notebook_types_a_threshold_or_a_unit():
    """Calls that draw or tell a claim hand over no words of theirs for it."""
    typed = [
        (name, keyword.arg)
        for name, call in calls()
        if getattr(call.func, "id", "") in DRAWING
        for keyword in call.keywords
        if keyword.arg in TYPED
    ]
    assert typed == []


def test_no_wording_of_figures_types_a_threshold_or_a_unit():
    """Neither a claim nor the unit of an effect stands among a figure's words."""
    words = [text for table in _entries().values() for each in table.values()
             for text in ([each] if isinstance(each, str) else each)]  # fmt: skip
    assert not [text for text in words if SAID.search(text)]
    assert not set(_entries()) & {"measure", *read_register()}


def test_figures_call_verdicts_what_sentences_call_them():
    """One word a verdict, everywhere."""
    for t in (ENGLISH, CHINESE):
        for word in Word:
            assert t(f"verdict.{word}") == word_said(word, t.language)


def planted(study, **more):
    """Return a verdict of a study on the claim about one-way talk."""
    return Verdict(
        claim="s4-organisation-not-media", study=study, word=Word.SUPPORTED,
        checksum="", legs=(fixed(1.1, 1.2, 1.3),), **more,
    )  # fmt: skip


def test_an_estimate_of_one_network_is_drawn_once():
    """A source that rests on one of its networks is not drawn as both."""
    part = planted("fcc_gitter/freecodecamp")
    whole = planted("fcc_gitter", parts=(part,))
    assert list(forest_rows([whole, part])["label"]) == ["fcc_gitter"]


def test_sources_have_plain_names_and_networks_their_own():
    """No code name stands at a row."""
    labels = forest_rows([planted("zulip_archives/lean")])["label"]
    told = named(labels, ENGLISH)
    assert list(told) == ["ten open-source chat communities · lean"]


def test_the_unit_of_a_figure_is_that_of_the_card(monkeypatch):
    """Title, axis, alternative text and the words at the line are one claim's."""
    made = {}

    def keep(draw, figure_id, **_):
        made[figure_id] = draw(ENGLISH)

    monkeypatch.setattr("helpers.notebooks.claim_forests.save_both", keep)
    forest_figure([planted("fcc_gitter")], [])
    drawn = made["s4-organisation-not-media"]
    one = card("s4-organisation-not-media")
    assert "20 more points" in one.legs[0].measure.en
    assert one.legs[0].measure.en in drawn.alt
    assert "1.15 or more" in drawn.alt
    assert drawn.title == one.question.en
    assert drawn.figure.axes[0].get_xlabel() == one.legs[0].measure.en
