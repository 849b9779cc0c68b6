"""What a page says where a cell could not be computed on somebody's own data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["soften"]

EXPECTED = "NotIdentifiableError"
FOLLOWS = "NameError"  # what a cell that failed did not define


def soften(name: str, notebook: NotebookNode) -> None:
    """Put a sentence in place of each traceback; tell stderr of what was not foreseen.

    Examples
    --------
    >>> failed = nbformat.v4.new_output("error", ename=EXPECTED, evalue="2 groups")
    >>> book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("f()")])
    >>> book.cells[0].outputs = [failed]
    >>> soften("03.ipynb", book)
    >>> book.cells[0].outputs[0].data["text/markdown"]
    'These data cannot show this: 2 groups.'
    """
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            cell.outputs = [_soft(output, name, number) for output in cell.outputs]


def _soft(output: NotebookNode, name: str, number: int) -> NotebookNode:
    if output.output_type != "error":
        return output
    said = output.evalue.rstrip(".").partition(" Hint:")[0].rstrip(".")
    if output.ename == EXPECTED:
        text = f"These data cannot show this: {said}."
    elif output.ename == FOLLOWS:
        text = "This rests on a result above that these data cannot show."
    else:
        text = f"This could not be computed on these data ({output.ename})."
        sys.stderr.write(f"{name}, cell {number}: {output.ename}: {said}\n")
    soft: NotebookNode = nbformat.v4.new_output(
        "display_data", data={"text/markdown": text, "text/plain": text}
    )
    return soft
