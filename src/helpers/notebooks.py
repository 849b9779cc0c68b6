"""Sentences in chapters, their execution, and working copies for JupyterLab."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import paths
from helpers.errors import MissingSourceError, ShequnError
from helpers.files import report_write_errors, write_text

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

LONGEST = 600  # seconds a cell may take
KEPT = ("tags", "jupyter")  # metadata of a cell that are written
METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
STEADY = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
}


class NotebookError(ShequnError):
    """A cell of a notebook failed."""


def show_sentence(text: str) -> None:
    """Show a computed sentence as Markdown.

    Pages in Chinese look it up in the catalogue, with its numbers as fields.

    Examples
    --------
    >>> share, n = 0.25, 1200
    >>> show_sentence(f"{share:.0%} of {n:,} groups")
    25% of 1,200 groups
    """
    from IPython.display import display  # noqa: PLC0415 - only where notebooks run

    display(_Sentence(text))  # type: ignore[no-untyped-call]


class _Sentence(str):
    """A text that notebooks show as Markdown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return str(self)


def list_chapters(folder: Path = paths.NOTEBOOKS) -> list[Path]:
    """Return the chapters in their order; raise MissingSourceError if none is there."""
    if not (found := sorted(folder.glob("[0-9]*.ipynb"))):
        raise MissingSourceError("there are no notebooks here", where=str(folder))
    return found


def execute_chapters(
    out: Path, *, chapters: list[Path] | None = None, figures: Path | None = None
) -> list[Path]:
    """Execute the chapters one after the other; write them to a folder.

    The same code, data and environment give the same bytes. One kernel runs all of
    them, emptied in between: importing costs more than most chapters do.

    Parameters
    ----------
    out
        Where executed notebooks go; the folder of the chapters rewrites them.
    chapters
        Notebooks; by default all chapters.
    figures
        Where `save_figure` saves pictures and data; by default nowhere.

    Raises
    ------
    NotebookError
        If a cell fails: which notebook, which cell, and the error.
    """
    texts = asyncio.run(_execute(chapters or list_chapters(), figures))
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_text(out / name, text)
    return [out / name for name in texts]


async def _execute(chapters: list[Path], figures: Path | None) -> dict[str, str]:
    from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    texts = {}
    with tempfile.TemporaryDirectory(
        prefix="sq", ignore_cleanup_errors=True
    ) as scratch:
        # kernels talk over files where they can, so that no network is needed
        transport = "tcp" if sys.platform == "win32" else "ipc"
        options = {"transport": transport, "connection_file": f"{scratch}/kernel.json"}
        kernel = AsyncKernelManager(
            kernel_name="python3", config=Config({"KernelManager": options})
        )
        environment = os.environ | STEADY | {"IPYTHONDIR": scratch}
        environment["SHEQUN_FIGURES"] = str(figures or scratch)
        try:
            for chapter in chapters:
                texts[chapter.name] = await _execute_one(chapter, kernel, environment)
        finally:
            if kernel.has_kernel:
                await kernel.shutdown_kernel(now=True)
    return texts


async def _execute_one(
    path: Path, kernel: AsyncKernelManager, environment: Mapping[str, str]
) -> str:
    import nbformat  # noqa: PLC0415 - only where notebooks run
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError, DeadKernelError  # noqa: PLC0415

    notebook: Any = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("%reset -f"))
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=LONGEST,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        await client.async_execute(env=dict(environment))
    except (CellExecutionError, DeadKernelError) as error:
        raise _explain_error(path, notebook, error) from None
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    notebook.cells.pop()
    return write_stable(notebook)


def _explain_error(path: Path, notebook: Any, error: Exception) -> NotebookError:  # noqa: ANN401 - nbformat's
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                first = cell.source.partition("\n")[0]
                message = f"{output.ename}: {output.evalue}".rstrip(".")
                return NotebookError(
                    message, where=f"{path.name}: cell {number} ({first})"
                )
    return NotebookError(str(error).strip().rstrip("."), where=path.name)


def write_stable(notebook: Any) -> str:  # noqa: ANN401 - nbformat's
    """Return a notebook's text without what differs between two equal runs."""
    import nbformat  # noqa: PLC0415 - only where notebooks run

    count = 0
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = {k: cell.metadata[k] for k in KEPT if k in cell.metadata}
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    notebook.metadata = METADATA
    text: str = nbformat.writes(notebook)
    return text + "\n"


def copy_chapters(folder: Path) -> Path:
    """Copy the chapters to a folder to work in; keep copies that are there already."""
    with report_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for chapter in list_chapters():
            if not (folder / chapter.name).exists():
                shutil.copyfile(chapter, folder / chapter.name)
    return folder
