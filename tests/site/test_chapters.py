"""A chapter has a page in each language, from one notebook."""

import nbformat
import pytest

from helpers.prose import Prose, join_languages
from helpers.site.chapters import build_chapter

from .conftest import WORDS, figure_cell
from .conftest import output_cell as code

TOLD = {"title": "图", "caption": "图注", "alt": "文字"}
FILES = dict.fromkeys(("svg", "png", "zh.svg"), "")
CITED = {"plain": "Data: <x>, commit 0f3a"}
FACTS = {"f": {**WORDS, "zh": TOLD, "files": FILES, **CITED}}


def markdown(source, *tags):
    """Return a cell of text."""
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def page(language, *cells):
    """Return the sources of a page's cells below the opening and the line of files."""
    opening = [markdown("# Why?"), markdown("# 为什么？", "zh")]
    book = nbformat.v4.new_notebook(cells=[*opening, *cells])
    return build_chapter(book, "01_a", language, FACTS).cells[2:]


def test_each_language_has_its_own_text_and_all_code():
    """What has no other language is on both pages."""
    cells = [markdown("one"), markdown("一", "zh"), code(), markdown("alone")]
    found = {name: [c.source for c in page(name, *cells)] for name in ("en", "zh")}
    assert found == {"en": ["one", "x", "alone"], "zh": ["一", "x", "alone"]}


def test_lookup_table_is_folded_and_labelled():
    """What stands on a folded cell is that it holds a table, not code."""
    table = code(text_html="<table></table>")
    table.metadata["tags"] = ["hide-cell"]
    for language, named in (("en", "Table"), ("zh", "表")):
        (cell,) = page(language, table)
        assert set(cell.metadata["mystnb"].values()) == {named}


def test_sentences_and_tables_are_distinguished():
    """Of prose and of a cell in two languages, each page has its own."""
    said = code(text_markdown=Prose("- **dead**", "- **死了**")._repr_markdown_())
    table = code(text_html=f"<table><td>{join_languages('dead', '死了')}</td></table>")
    _, english, cell = page("en", said, table)
    assert english.source == "- **dead**"
    assert "<td>dead </td>" in cell.outputs[0].data["text/html"]
    _, chinese, cell = page("zh", said, table)
    assert chinese.source == "- **死了**"
    assert "<td> 死了</td>" in cell.outputs[0].data["text/html"]


def test_a_figure_becomes_a_numbered_block_with_its_words():
    """Label, alternative text, caption and downloads are all there, escaped."""
    _, block = page("en", figure_cell())
    assert block.source.startswith("```{figure} figures/f.svg\n:name: f\n")
    assert r':alt: "A \"b\" c: d"' in block.source
    assert r"a\_b \*c\*" in block.source
    assert "Data: &lt;x&gt;, commit 0f3a" in block.source
    files = [f'href="figures/f.{end}"' for end in ("svg", "png", "csv")]
    assert all(file in block.source for file in files)


def test_a_chinese_page_shows_the_chinese_figure():
    """Picture, caption and description are those that were drawn in Chinese."""
    _, block = page("zh", figure_cell())
    assert 'src="../figures/f.zh.svg"' in block.source
    assert 'alt="文字"' in block.source
    assert "<p>图注</p>" in block.source
    assert 'href="../figures/f.csv"' in block.source


def test_computed_numbers_become_link_targets():
    """A computed number on a page can be linked to."""
    number = '<span data-number="t.n" data-value="12.5">12</span>'
    _, text = page("en", code(text_markdown=f"Of {number} groups"))
    assert '<span id="number-t.n" data-number' in text.source


@pytest.mark.parametrize(("language", "label"), [("en", "Table"), ("zh", "表")])
def test_tables_get_a_box_that_scrolls_and_can_be_reached_by_key(language, label):
    """Tables that bring no such box of their own get one, named in the language."""
    (cell,) = page(language, code(text_html="<table></table>"))
    assert f'tabindex="0" role="group" aria-label="{label}"' in str(cell.outputs)
