"""What outputs become on a page."""

import json

import nbformat
import pytest

from helpers.errors import ShequnError
from helpers.figures.display import MIME
from helpers.site import blocks
from helpers.site.board import Board
from helpers.site.execution import Run
from helpers.site.pages import write_pages

WORDS = {
    "id": "f",
    "title": "T",
    "caption": "a_b *c*",
    "alt": 'A "b"\nc: d',
    "claims": [],
}
NUMBER = '<span data-number="t.n" data-value="12.5">12</span>'


def code(**data):
    """Return a code cell with one output."""
    bundle = {key.replace("_", "/"): value for key, value in data.items()}
    output = nbformat.v4.new_output("display_data", data=bundle)
    return nbformat.v4.new_code_cell("x", outputs=[output])


def figure():
    """Return a code cell that shows a figure."""
    words = json.dumps({**WORDS, "citation": "Data: <x>"})
    output = nbformat.v4.new_output("display_data", data={MIME: words})
    return nbformat.v4.new_code_cell("x", outputs=[output])


def notebook(*cells):
    """Return a notebook that opens with a question."""
    opening = nbformat.v4.new_markdown_cell("# Why?\n\ntext")
    return nbformat.v4.new_notebook(cells=[opening, *cells])


def test_a_figure_becomes_a_numbered_block_with_its_words():
    """Label, alternative text, caption and downloads are all there, escaped."""
    text = blocks.page_notebook(notebook(figure())).cells[2].source
    assert text.startswith("```{figure} figures/f.svg\n:name: f\n")
    assert r':alt: "A \"b\" c: d"' in text
    assert r"a\_b \*c\*" in text
    assert "Data: &lt;x&gt;" in text
    assert all(
        f'href="figures/f.{end}"' in text for end in ("svg", "pdf", "png", "csv")
    )


def test_numbers_become_targets():
    """A computed number on a page can be linked to, and is listed."""
    source = notebook(code(text_markdown=f"Of {NUMBER} groups"))
    page = blocks.page_notebook(source)
    assert '<span id="number-t.n" data-number' in page.cells[2].source
    assert blocks.number_spans(source) == [("t.n", "12.5", "12")]


def test_tables_get_a_box_that_scrolls_and_can_be_reached_by_key():
    """Tables that bring no such box of their own get one."""
    page = blocks.page_notebook(notebook(code(text_html="<table></table>")))
    assert 'tabindex="0"' in page.cells[1].outputs[0].data["text/html"]


def test_answers_are_what_is_computed_under_the_answering_headings():
    """Sentences elsewhere are not taken for the answer."""
    heads = [nbformat.v4.new_markdown_cell(f"## {h}") for h in ("Answer", "Limits")]
    cells = [code(text_markdown=words) for words in ("before", "yes", "after")]
    mixed = notebook(cells[0], heads[0], cells[1], heads[1], cells[2])
    assert blocks.answers(mixed) == ["yes"]


def test_one_id_for_two_figures_is_an_error(tmp_path):
    """A permanent id leads to one figure."""
    for name in ("01_a.ipynb", "02_b.ipynb"):
        nbformat.write(notebook(figure()), tmp_path / name)
    executed = sorted(tmp_path.glob("*.ipynb"))
    run, nothing = Run(tmp_path, (), tmp_path), Board((), {})
    with pytest.raises(ShequnError, match=r"02_b.*id f is taken by 01_a"):
        write_pages(run, executed, nothing, tmp_path / "pages")


def test_a_claim_is_found_under_the_heading_that_asks_it():
    """Claim pages lead to the section of a notebook that answers the claim."""
    answer = '<span data-claim="s0-novelty-decay">Does it?</span> It does.'
    asked = nbformat.v4.new_markdown_cell("Text.\n\n## Does it fall?\n\nMore.")
    book = notebook(asked, code(text_markdown=answer))
    assert blocks.claim_sections(book) == [("s0-novelty-decay", "Does it fall?")]
    link = blocks.page_notebook(book).cells[3].source
    assert 'id="claim-s0-novelty-decay"' in link
    assert 'href="claims/s0-novelty-decay.html"' in link
