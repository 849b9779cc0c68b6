"""A chapter on a study that is too small says so in plain words."""

import nbformat
import pytest

from helpers.claims.contract.gates import require_groups
from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.site.execution.softening import replace_failed_output


def _failed(name, message, lines=()):
    error = {"ename": name, "evalue": message, "traceback": list(lines)}
    cell = nbformat.v4.new_code_cell("f()")
    cell.outputs = [nbformat.v4.new_output("error", **error)]
    return cell


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ValueError", "zero-size array to reduction operation minimum"),
        ("ValueError", "cannot convert float NaN to integer"),
        ("ZeroDivisionError", "division by zero"),
    ],
)
def test_library_error_is_not_shown_to_readers(capsys, name, message):
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


@pytest.mark.parametrize("kind", [NotIdentifiableError, UndeterminedError])
def test_expected_refusal_is_shown_and_not_counted_as_failure(capsys, kind):
    """A refusal with its count, or a fit that is not determined, is a finding."""
    error = kind(require_groups(1).detail, remedy="bring more")
    cell = _failed(kind.__name__, str(error), error._render_traceback_())
    book = nbformat.v4.new_notebook(cells=[cell])
    replace_failed_output("03_lives.ipynb", book)
    shown = book.cells[0].outputs[0].data
    assert "1 group, 50 needed." in shown["text/plain"]
    assert "这份数据看不出这一步：有 1 个群，需要 50 个。" in shown["text/markdown"]
    assert capsys.readouterr().err == ""
