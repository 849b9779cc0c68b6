"""A chapter on a study that is too small says so in plain words."""

import nbformat
import pytest

from helpers.site.execution.softening import replace_failed_output


def _failed(name, message):
    cell = nbformat.v4.new_code_cell("f()")
    cell.outputs = [nbformat.v4.new_output("error", ename=name, evalue=message)]
    return cell


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ValueError", "zero-size array to reduction operation minimum"),
        ("ValueError", "cannot convert float NaN to integer"),
        ("ZeroDivisionError", "division by zero"),
    ],
)
def test_a_library_error_is_no_line_of_a_run(capsys, name, message):
    """Readers met `ValueError: cannot convert float NaN to integer` and exit 0."""
    cells = [_failed(name, message), _failed(name, message)]
    book = nbformat.v4.new_notebook(cells=cells)
    replace_failed_output("03_lives.ipynb", book)
    told = capsys.readouterr().err.strip()
    assert told == (
        "03_lives.ipynb: these data hold too little for cells 1, 2; the page says so"
    )
    shown = str(book)
    assert "Error" not in shown
    assert message not in shown
    assert "数据太少" in shown


@pytest.mark.parametrize("name", ["NotIdentifiableError", "UndeterminedError"])
def test_a_reason_of_ours_is_retained_and_is_no_failure(capsys, name):
    """A refusal with its count, or a fit that is not determined, is a finding."""
    book = nbformat.v4.new_notebook(cells=[_failed(name, "1 groups, 50 needed.")])
    replace_failed_output("03_lives.ipynb", book)
    assert "1 group, 50 needed." in book.cells[0].outputs[0].data["text/plain"]
    assert capsys.readouterr().err == ""
