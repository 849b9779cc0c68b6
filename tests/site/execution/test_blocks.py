"""What outputs become on a page."""

import nbformat
import pytest

from helpers.errors import ShequnError
from helpers.site.answers.board import Board
from helpers.site.execution import blocks
from helpers.site.execution.execute import Run
from helpers.site.pages import write_pages
from tests.site.conftest import figure_cell, output_cell

NUMBER = '<span data-number="t.n" data-value="12.5">12</span>'


def notebook(*cells):
    """Return a notebook that opens with a question."""
    opening = nbformat.v4.new_markdown_cell("# Why?\n\ntext")
    return nbformat.v4.new_notebook(cells=[opening, *cells])


def test_one_id_for_two_figures_is_an_error(tmp_path):
    """A permanent id leads to one figure."""
    for name in ("01_a.ipynb", "02_b.ipynb"):
        nbformat.write(notebook(figure_cell()), tmp_path / name)
    executed = sorted(tmp_path.glob("*.ipynb"))
    run, nothing = Run(tmp_path, (), tmp_path), Board((), {})
    with pytest.raises(ShequnError, match=r"02_b.*id f is taken by 01_a"):
        write_pages(run, executed, nothing, tmp_path / "pages")


def test_computed_numbers_are_listed_with_value_and_wording():
    """A computed number is found by its id, with its value and wording."""
    source = notebook(output_cell(text_markdown=f"Of {NUMBER} groups"))
    assert blocks.number_spans(source) == [("t.n", "12.5", "12")]


def test_claim_is_linked_to_the_notebook_section_that_answers_it():
    """Claim pages lead to the section of a notebook that answers the claim."""
    answer = '<span data-claim="s0-novelty-decay">Does it?</span> It does.'
    asked = nbformat.v4.new_markdown_cell("Text.\n\n## Does it fall?\n\nMore.")
    chinese = nbformat.v4.new_markdown_cell("## 会淡吗？", metadata={"tags": ["zh"]})
    book = notebook(asked, chinese, output_cell(text_markdown=answer))
    assert blocks.list_claim_sections(book, "en") == [
        ("s0-novelty-decay", "Does it fall?")
    ]
    assert blocks.list_claim_sections(book, "zh") == [("s0-novelty-decay", "会淡吗？")]
