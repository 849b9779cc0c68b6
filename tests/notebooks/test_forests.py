"""What a claim's figure says of itself."""

import json
import re

import pytest

from helpers import paths
from helpers.claims import read_register
from helpers.figures.wording import _entries
from helpers.notebooks.claim_forests import _lines

STATED = re.compile(r"""verdicts_on\(\s*["']([\w-]+)["']""")


def drawn():
    """Return the claims whose estimates the notebooks draw."""
    for file in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        if any("forest_figure(" in text for text in code):
            yield from STATED.findall("\n".join(code))


def test_every_drawn_claim_has_chinese_words():
    """No Chinese page shows an English axis."""
    assert set(drawn()) <= set(_entries()["measure"])


def test_chinese_words_are_of_claims_that_exist():
    """None is left behind by a claim that went."""
    assert set(_entries()["measure"]) <= set(read_register())


@pytest.mark.parametrize(
    ("claim", "of", "label"),
    [
        ("s0-three-month-death", "share", "> 50 %"),
        ("s0-novelty-decay", "ratio", "≤ 0.5"),
    ],
)
def test_the_line_is_labelled_by_the_rule(claim, of, label):
    """What stands at the threshold is computed from the register."""
    assert _lines(claim, of)[0].label.replace("\u202f", " ") == label
