"""Replace the output of notebook cells that failed on a user's own data."""

from __future__ import annotations

import sys

import nbformat
from nbformat import NotebookNode

from helpers.errors import Verbatim
from helpers.prose import join_languages
from helpers.small_counts import mask_text
from helpers.wording import say_plural
from helpers.wording.terminal import to_system_language

EXPECTED = frozenset(
    {"NotIdentifiableError", "UndeterminedError", "GateError", "FewNetworksError"}
)
FOLLOWS = "NameError"  # what a cell that failed did not define


def replace_failed_output(name: str, notebook: NotebookNode) -> None:
    """Replace a failed cell's output by an explanatory sentence.

    Whatever else it had shown goes too: a picture half drawn, or the same error again
    when it is shown. Warnings and errors of libraries are left out: they are not about
    a user's groups, and may hold values of them.

    >>> failed = nbformat.v4.new_output(
    ...     "error", ename="NotIdentifiableError", evalue="2 groups"
    ... )
    >>> book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("f()")])
    >>> book.cells[0].outputs = [failed]
    >>> replace_failed_output("03.ipynb", book)
    >>> book.cells[0].outputs[0].data["text/plain"]
    'These data cannot show this: 2 groups.'
    """
    too_small = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            outputs = [output for output in cell.outputs if not _is_warning(output)]
            errors = [output for output in outputs if output.output_type == "error"]
            cell.outputs = [_build_soft_output(errors[0])] if errors else outputs
            if errors and errors[0].ename not in {*EXPECTED, FOLLOWS}:
                too_small.append(str(number))
    if too_small:
        notice = say_plural(
            "{name}: these data hold too little for cell {cells}; the page says so",
            "{name}: these data hold too little for cells {cells}; the page says so",
            n=len(too_small),
            name=Verbatim(name),
            cells=Verbatim(", ".join(too_small)),
        )
        sys.stderr.write(f"\n{to_system_language(notice)}\n")


def _is_warning(output: NotebookNode) -> bool:
    """Return whether a cell output is a warning on stderr."""
    return bool(output.output_type == "stream" and output.name == "stderr")


def _build_soft_output(output: NotebookNode) -> NotebookNode:
    message = mask_text(output.evalue.rstrip(".").partition(" Hint:")[0].rstrip("."))
    if output.ename in EXPECTED:
        text = f"These data cannot show this: {message}."
        why = map(mask_text, output.traceback[1:])  # in Chinese, if it is known
        chinese = "：".join(["这份数据看不出这一步", *why]) + "。"
    elif output.ename == FOLLOWS:
        text = "This rests on a result above that these data cannot show."
        chinese = "这一步要用上面的结果，而那个结果这份数据看不出来。"
    else:
        text = "These data hold too little for this step."
        chinese = "数据太少，这一步算不出来。"
    soft: NotebookNode = nbformat.v4.new_output(
        "display_data",
        data={"text/markdown": join_languages(text, chinese), "text/plain": text},
    )
    return soft
