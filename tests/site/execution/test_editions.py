"""Editions of a chapter in one language, as plain viewers show them."""

import json
import re

import nbformat
import pytest

from helpers import paths
from helpers.figures.display import MIME
from helpers.site.execution import stable
from helpers.site.execution.editions import build_edition, drop_pictures

HAN = re.compile(r"[\u4e00-\u9fff]")
NAMES = sorted(path.name for path in paths.NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture
def source():
    """Return a chapter of two languages with a table, a picture and set-up code."""
    new = nbformat.v4
    prose = '<div lang="en">\nfive\n</div>\n<div lang="zh">\n五\n</div>'
    shown = [
        {"text/markdown": prose, "text/plain": "Prose"},
        {"image/png": "abcd", MIME: '{"id": "f"}', "text/plain": "alt"},
    ]
    outputs = [new.new_output("display_data", data=data) for data in shown]
    hidden = {"tags": ["hide-input"]}
    return new.new_notebook(
        cells=[
            new.new_markdown_cell("# Why?\n\nFirst."),
            new.new_markdown_cell("# 为什么？\n\n第一。", metadata={"tags": ["zh"]}),
            new.new_code_cell("import a", metadata=hidden),
            new.new_code_cell("b = a", metadata=hidden),
            new.new_code_cell("show(b)", outputs=outputs),
        ]
    )


def test_edition_has_separate_headings_and_one_setup_cell(source, tmp_path):
    """A paragraph had shared its cell with a heading, and set-up took two cells."""
    edition = build_edition(source, "zh", tmp_path)
    texts = [cell.source for cell in edition.cells]
    assert texts == ["# 为什么？", "第一。", "import a\n\nb = a", "show(b)"]


def test_edition_outputs_are_in_one_language(source, tmp_path):
    """The Chinese picture is shown where there is one."""
    (tmp_path / "f.zh.png").write_bytes(b"ZH")
    for language, said, picture in (("en", "five", "abcd"), ("zh", "五", "Wkg=")):
        told, drawn = build_edition(source, language, tmp_path).cells[-1].outputs
        assert told.data == {"text/markdown": said}
        assert drawn.data == {"image/png": picture, "text/plain": "alt"}


def test_chinese_picture_has_chinese_alternative_text(source, tmp_path):
    """Screen readers had read the Chinese editions' figures in English."""
    saved = {"alt": "alt", "zh": {"alt": "图"}}
    (tmp_path / "f.json").write_text(json.dumps(saved), encoding="utf-8")
    for output in source.cells[-1].outputs:
        output.metadata = {"image/png": {"alt": "alt"}}
    for language, text in (("en", "alt"), ("zh", "图")):
        drawn = build_edition(source, language, tmp_path).cells[-1].outputs[-1]
        assert drawn.data["text/plain"] == text
        assert drawn.metadata["image/png"]["alt"] == text


def test_cells_executed_again_print_one_language(source, tmp_path):
    """The lab had printed both languages in either edition."""
    source.cells[2].source = "figures.use_style()\nx = 1"
    setup = build_edition(source, "zh", tmp_path).cells[2].source
    assert setup.splitlines()[1] == 'notebooks.use_language("zh")'


def test_source_notebook_keeps_alt_text_without_pictures(source):
    """Pictures are in the editions; thrice would be too many."""
    (_, drawn) = drop_pictures(source).cells[-1].outputs
    assert set(drawn.data) == {MIME, "text/plain"}


@pytest.mark.parametrize("name", NAMES)
def test_editions_have_the_code_and_outputs_of_their_source(name):
    """Each has the source's code, its own texts, and all that was shown."""
    book = stable.read_notebook(paths.NOTEBOOKS / name)
    for room, language in (("", "en"), ("zh", "zh")):
        committed = stable.read_notebook(paths.EDITIONS / room / name)
        made = build_edition(book, language, paths.BUILD)
        assert [c.source for c in committed.cells] == [c.source for c in made.cells]
        texts = [c.source for c in committed.cells if c.cell_type == "markdown"]
        if language == "en":
            assert not [t for t in texts if HAN.search(t.replace("社群", ""))]
        else:
            assert all(HAN.search(text) for text in texts if text.strip("#* >-`"))
