"""Sentences and tables of chapters, their execution, and copies for JupyterLab."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import paths
from helpers.errors import MissingSourceError, ShequnError, report_system_errors
from helpers.files import read_description, write_text
from helpers.store.progress import QUIET

if TYPE_CHECKING:
    import pandas as pd
    from jupyter_client.manager import AsyncKernelManager

    from helpers.study import Study

LONGEST = 600  # seconds a cell may take
OWN, IN_A_RUN = "own", ("processed", "study")  # a user's study, and where it lies
KEPT = ("tags", "jupyter")  # metadata of a cell that are written
EMPTY = "%reset -f\nimport matplotlib; matplotlib.rcdefaults()"  # as a kernel begins
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
STEADY = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    QUIET: "1",
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
}


class NotebookError(ShequnError):
    """A cell of a notebook failed."""


def name_place(place: str | Study) -> str:
    """Return a study's name for readers; of a user's folder its last part.

    Parameters
    ----------
    place
        A study or its name, or a folder that `shequn run` made.

    Examples
    --------
    >>> name_place("rust_teams"), name_place("zulip_archives/lean")
    ("Rust's teams", 'ten Zulip archives, lean')
    """
    from helpers.claims.source_descriptions import (  # noqa: PLC0415 - slow to import
        name_study,
        read_short_name,
    )

    if not isinstance(place, str):
        return name_place(str(place.folder) if place.name == OWN else place.name)
    if place == OWN or read_description(name_study(place) or OWN):
        return ", ".join(filter(None, read_short_name(place)))
    folder = Path(place).resolve()
    return (folder.parents[1] if folder.parts[-2:] == IN_A_RUN else folder).name


def name_sources(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its sources and kinds of groups under readers' names.

    Parameters
    ----------
    table
        With any of the columns ``source``, ``study`` and ``kind``.

    Examples
    --------
    >>> import pandas as pd
    >>> name_sources(pd.DataFrame({"source": ["rust_teams"], "kind": ["list"]}))
             source            kind
    0  Rust's teams  working groups
    """
    from helpers.claims.words import SHORT_NAMES  # noqa: PLC0415 - slow to import

    def name_kind(kind: str) -> str:
        return SHORT_NAMES.get(kind, kind)

    names = {"source": name_place, "study": name_place, "kind": name_kind}
    return table.assign(
        **{name: table[name].map(names[name]) for name in names if name in table}
    )


def tabulate_answers(claims: Sequence[str], readings: int = 1) -> pd.DataFrame:
    """Return stored answers as a table to be read: a row per reading and kind.

    Parameters
    ----------
    claims
        Their ids, such as ``s0-three-month-death``.
    readings
        How many readings of each claim.

    Returns
    -------
    DataFrame
        By what is measured and kind of group: the number with its 95 % range, the
        word for how likely the claim is, how sure that is (of four marks), the word
        for WeChat, sources.

    Examples
    --------
    >>> tabulate_answers(["s0-three-month-death"])["number"].iloc[0]
    '19%'
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    from helpers.claims import get_answer  # noqa: PLC0415
    from helpers.claims.words import (  # noqa: PLC0415
        count_marks,
        draw_marks,
        format_number,
        name_kinds,
    )

    rows = []
    for answer in map(get_answer, claims):
        for reading in answer.claim.readings[:readings]:
            form = "points" if "(points)" in reading.label.en else ""
            own = answer.by_kind.query("reading == @reading.key")
            for _, row in own.iterrows():
                mean, low, high = (
                    format_number(row[name], row["of"], form)
                    for name in ("mean", "low", "high")
                )
                marks = 0 if row["related"] else count_marks(row["certainty"])
                rows.append({
                    "what is measured": reading.label.en,
                    "groups": name_kinds(row["kinds"]),
                    "number": mean,
                    "95% range": f"{low.removesuffix('%')}–{high}",
                    "is the claim true?": row["word"],
                    "how sure": draw_marks(marks) if marks else "",
                    "on WeChat": answer.on_wechat if row["kind"] == "all" else "",
                    "sources": int(row["n_sources"]),
                })  # fmt: skip
    if not rows:
        raise ShequnError(
            "no reading of these claims has an answer", where="tabulate_answers",
            remedy="give ids that sq.answers() lists, and readings from 1 on",
        )  # fmt: skip
    return pd.DataFrame(rows).set_index(["what is measured", "groups"])


def list_chapters(folder: Path = paths.NOTEBOOKS) -> list[Path]:
    """Return the chapters in their order; raise MissingSourceError if none is there."""
    if not (found := sorted(folder.glob("[0-9]*.ipynb"))):
        raise MissingSourceError("there are no notebooks here", where=str(folder))
    return found


def execute_chapters(
    out: Path, *, chapters: list[Path] | None = None, keep_going: bool = False
) -> list[Path]:
    """Execute the chapters one after the other; write them and their figures.

    The same code, data and environment give the same bytes. One kernel runs all of
    them, emptied in between: importing costs more than most chapters do.
    """
    texts = asyncio.run(
        _execute(chapters or list_chapters(), (out / "figures").absolute(), keep_going)
    )
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_text(out / name, text)
    return [out / name for name in texts]


async def _execute(
    chapters: list[Path],
    figures: Path,
    keep_going: bool,  # noqa: FBT001 - of its only caller
) -> dict[str, str]:
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
        environment["SHEQUN_FIGURES"] = str(figures)
        try:
            for chapter in chapters:
                texts[chapter.name] = await _execute_one(
                    chapter, kernel, environment, keep_going=keep_going
                )
        finally:
            if kernel.has_kernel:
                await kernel.shutdown_kernel(now=True)
    return texts


async def _execute_one(
    path: Path,
    kernel: AsyncKernelManager,
    environment: Mapping[str, str],
    *,
    keep_going: bool = False,
) -> str:
    import nbformat  # noqa: PLC0415 - only where notebooks run
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError, DeadKernelError  # noqa: PLC0415

    notebook: Any = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(EMPTY))
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=LONGEST,  # a busy machine takes long to begin, and to hand over
        startup_timeout=LONGEST,
        iopub_timeout=LONGEST,
        allow_errors=keep_going,
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
                where = f"{path.name}: cell {number} ({first})"
                return NotebookError(message, where=where)
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
    return f"{nbformat.writes(notebook)}\n"


def copy_chapters(folder: Path) -> Path:
    """Copy the chapters to a folder to work in; keep copies that are there already."""
    with report_system_errors(folder, writes=True):
        folder.mkdir(parents=True, exist_ok=True)
        for chapter in list_chapters():
            if not (folder / chapter.name).exists():
                shutil.copyfile(chapter, folder / chapter.name)
    return folder
