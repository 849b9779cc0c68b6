"""Execute notebooks in two processes, if anything they depend on changed.

A kernel is emptied and takes the next notebook, as loading what chapters import costs
more than most of them do. Kernels talk over files rather than TCP where the system
can, so that notebooks also run with no network at all.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from traitlets.config import Config

from helpers import paths
from helpers.claims.evaluation.verdict_store import ONE_THREAD
from helpers.errors import MissingSourceError, ShequnError
from helpers.figures.saving import ALL, EDITIONS, EVERY, STRICT
from helpers.files import (
    code_checksum,
    compute_checksum,
    compute_checksum_of_parts,
    write_text,
)
from helpers.site.execution import stable
from helpers.site.execution.blocks import list_figure_ids
from helpers.site.execution.softening import replace_failed_output
from helpers.study.store.progress import QUIET, Steps, show_steps
from helpers.wording import say

AT_ONCE = 2
LONGEST = 1800  # seconds a cell may take
SHORT = "--InteractiveShell.xmode=Minimal"  # nobody reads the long tracebacks
# the names, the outputs and the count of cells, and how tables are shown; what else
# libraries hold stays, and need not be searched for garbage again
EMPTY = """%reset -f
__import__('gc').freeze()
__import__('pandas').reset_option('^display')"""


class NotebookError(ShequnError):
    """A cell of a notebook failed."""


@dataclass(frozen=True, slots=True)
class Run:
    """What to execute: notebooks, studies to read, and output folders.

    With `lenient`, a cell that fails says so on its page, and the others go on: a
    user's study may be too small for what the public ones can show. With `pages`, each
    figure is drawn for pages as well, not just in the picture it shows; with `every`,
    also for print and slides. With `editions` it is drawn in both languages, as the
    committed notebooks show it, and not for pages.
    """

    notebooks: Path
    studies: tuple[Path, ...]
    out: Path
    lenient: bool = False
    pages: bool = False
    every: bool = False
    editions: bool = False

    @property
    def pictures(self) -> str:
        """Value of ``SHEQUN_PICTURES``: which picture formats of a figure to draw."""
        if self.editions:
            return EDITIONS
        return ALL if self.every else "1" if self.pages else ""

    @property
    def executed(self) -> Path:
        """Folder for the executed notebooks."""
        return self.out / "notebooks"

    @property
    def figures(self) -> Path:
        """Folder for the figures that notebooks save."""
        return self.out / "figures"


def execute_notebooks(run: Run) -> list[Path]:
    """Execute each notebook with changed code, data or environment.

    Returns
    -------
    list of Path
        The executed notebooks, changed or not, in the order of their names.

    Raises
    ------
    MissingSourceError
        If there are no notebooks.
    NotebookError
        If a cell fails: which notebook, which cell, what it said.
    """
    sources = sorted(run.notebooks.glob("*.ipynb"))
    if not sources:
        raise MissingSourceError("no notebooks", where=str(run.notebooks))
    common = _compute_common_key(run)
    keys = {source: _compute_key(source, common) for source in sources}
    stale = [source for source in sources if not _is_fresh(run, source, keys[source])]
    _prepare_scores(stale)
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(_execute_all(run, {source: keys[source] for source in stale}))
    return [run.executed / source.name for source in sources]


class _Loop(asyncio.SelectorEventLoop):
    """An asyncio event loop without signal handlers, so Ctrl-C ends all."""

    def add_signal_handler(self, sig: int, *_: object) -> None:
        """Refuse signal handlers, so that Ctrl-C ends all notebooks."""
        raise RuntimeError(f"signal {sig} is the runner's")


def _prepare_scores(stale: Iterable[Path]) -> None:
    """Build the sentiment tables before notebooks run in parallel."""
    if any("helpers.sentiment" in source.read_text("utf-8") for source in stale):
        from helpers.sentiment import prepare_kernel  # noqa: PLC0415 - only where they are read

        prepare_kernel()


async def _execute_all(run: Run, stale: Mapping[Path, str]) -> None:
    run.executed.mkdir(parents=True, exist_ok=True)
    waiting = deque(stale.items())
    # names are short because those of sockets may have few characters
    with (
        tempfile.TemporaryDirectory(prefix="sq", ignore_cleanup_errors=True) as folder,
        show_steps(say("executing"), len(stale), say("notebook")) as show,
    ):
        links = [Path(folder) / f"{at}.json" for at in range(AT_ONCE)]
        tasks = [_in_turn(run, waiting, link, show) for link in links]
        failed = [error for some in await asyncio.gather(*tasks) for error in some]
    if failed:
        raise min(failed, key=str)


async def _in_turn(
    run: Run, waiting: deque[tuple[Path, str]], link: Path, show: Steps
) -> list[NotebookError]:
    """Execute the notebooks in a queue one by one; return those that failed."""
    failed = list[NotebookError]()
    kernel = _start_kernel(link)
    try:
        while waiting:
            source, key = waiting.popleft()
            try:
                await _execute(run, source, kernel, link.parent)
            except NotebookError as error:
                failed.append(error)
                await _end(kernel)
                kernel = _start_kernel(link)
            else:
                write_text(_find_key_file(run, source), key)
            show.next()
    finally:
        await _end(kernel)
    return failed


async def _end(kernel: AsyncKernelManager) -> None:
    if kernel.has_kernel:
        await kernel.shutdown_kernel(now=True)


async def _execute(
    run: Run, source: Path, kernel: AsyncKernelManager, scratch: Path
) -> None:
    notebook = stable.read_notebook(source)
    notebook.cells.append(new_code_cell(EMPTY))
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=LONGEST,
        record_timing=False,
        coalesce_streams=True,
        allow_errors=run.lenient,
        extra_arguments=[SHORT],
        resources={"metadata": {"path": str(run.executed)}},
    )
    try:
        await client.async_execute(env=_build_environment(run, scratch))
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise _explain_error(source, notebook, error) from None
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    notebook.cells.pop()
    if run.lenient:
        replace_failed_output(source.name, notebook)
    stable.write_notebook(notebook, run.executed / source.name)


def _start_kernel(link: Path) -> AsyncKernelManager:
    transport = "tcp" if sys.platform == "win32" else "ipc"
    options = {"transport": transport, "connection_file": str(link)}
    config = Config({"KernelManager": options})
    return AsyncKernelManager(kernel_name="python3", config=config)


def _build_environment(run: Run, scratch: Path) -> dict[str, str]:
    return os.environ | {
        **ONE_THREAD,
        "SHEQUN_FIGURES": str(run.figures),
        EVERY: run.pictures,
        STRICT: "" if run.lenient else "1",
        QUIET: "1",
        "SHEQUN_STUDIES": os.pathsep.join(str(study) for study in run.studies),
        "IPYTHONDIR": str(scratch),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
    }


def _explain_error(
    source: Path, notebook: NotebookNode, error: Exception
) -> NotebookError:
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                first = cell.source.partition("\n")[0]
                message = f"{output.ename}: {output.evalue}"
                where = f"{source.name}: cell {number} ({first})"
                return NotebookError(message.rstrip("."), where=where)
    return NotebookError(str(error).strip().rstrip("."), where=source.name)


def _compute_common_key(run: Run) -> str:
    """Compute a checksum of all files on which every notebook depends."""
    lock = sorted((paths.ROOT / "requirements").glob("run.txt"))
    tables = [
        file
        for study in run.studies
        for file in sorted(study.rglob("*"))
        if file.is_file()
    ]
    named = [
        f"{file.parent.name}/{file.name}:{compute_checksum(file)}" for file in tables
    ]
    hiding = os.environ.get("SHEQUN_K", "")  # what tables hide follows it
    versions = [sys.version, hiding, *(compute_checksum(file) for file in lock)]
    return compute_checksum_of_parts([code_checksum(), *versions, *named])


def _compute_key(source: Path, common: str) -> str:
    return compute_checksum_of_parts(
        [common, stable.extract_source(stable.read_notebook(source))]
    )


def _find_key_file(run: Run, source: Path) -> Path:
    return run.executed / f".{source.stem}.key"


def _is_fresh(run: Run, source: Path, key: str) -> bool:
    stamp, done = _find_key_file(run, source), run.executed / source.name
    if not (stamp.is_file() and done.is_file()) or stamp.read_text("utf-8") != key:
        return False
    shown = list_figure_ids(stable.read_notebook(done))
    return all(_is_drawn(run, name) for name in shown)


def _is_drawn(run: Run, figure_id: str) -> bool:
    """Return whether the run's folder has all requested pictures of a figure."""
    if not run.pictures:
        return (run.figures / f"{figure_id}.png").is_file()
    origin = run.figures / f"{figure_id}.json"  # lists the pictures of its drawing
    if not origin.is_file():
        return False
    return run.editions or "svg" in json.loads(origin.read_text("utf-8"))["files"]
