"""Write notebooks reproducibly, without run-specific differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.files import write_text

METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file in format version 4."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook file with reproducible bytes."""
    write_text(path, nbformat.writes(stabilise_notebook(notebook)) + "\n")


def update_notebook(notebook: NotebookNode, path: Path) -> bool:
    """Write a notebook with reproducible bytes; return whether the file changed."""
    text = nbformat.writes(stabilise_notebook(notebook)) + "\n"
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    return True


def stabilise_notebook(notebook: NotebookNode) -> NotebookNode:
    """Remove run-specific metadata from a notebook.

    Cell ids become their ordinals: an id that an editor draws at random would differ
    between two people who write the same cell. Executed cells count from 1, whatever
    their kernel had executed before.
    """
    cells = [_build_cell(cell, number) for number, cell in enumerate(notebook.cells)]
    executed = [cell for cell in cells if cell.get("execution_count")]
    for count, cell in enumerate(executed, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    fixed: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    return fixed


def build_cell_id(number: int) -> str:
    """Return a reproducible id for the nth cell of a notebook.

    >>> build_cell_id(7)
    'cell-07'
    """
    return f"cell-{number:02d}"


def _build_cell(cell: NotebookNode, number: int) -> NotebookNode:
    tags = cell.metadata.get("tags")
    same: dict[str, Any] = {
        "source": cell.source,
        "id": build_cell_id(number),
        "metadata": {"tags": tags} if tags else {},
    }
    if cell.cell_type == "code":
        same["outputs"] = [_build_output(output) for output in cell.outputs]
        same["execution_count"] = cell.execution_count
    new = getattr(nbformat.v4, f"new_{cell.cell_type}_cell")
    fixed: NotebookNode = new(**same)
    return fixed


def _build_output(output: NotebookNode) -> NotebookNode:
    if "text" in output:
        output.text = "".join(output.text)
    return output


def extract_source(notebook: NotebookNode) -> str:
    """Return a notebook's source text, without outputs."""
    cells = [
        (cell.cell_type, cell.metadata.get("tags"), cell.source)
        for cell in notebook.cells
    ]
    return repr(cells)
