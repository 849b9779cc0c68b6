"""Redraw one figure of a notebook in file formats that no page offers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers import paths
from helpers.claims.evaluation.verdict_store import keep_verdicts_in
from helpers.errors import MissingSourceError
from helpers.site.execution import blocks, stable
from helpers.site.execution.execute import Run, execute_notebooks
from helpers.site.languages import Language


def list_figures(notebooks: Path = paths.NOTEBOOKS) -> Iterator[tuple[str, str]]:
    """Yield id and title of the figures that notebooks show.

    >>> "dead-by-day" in dict(list_figures())
    True
    """
    for source in sorted(notebooks.glob("*.ipynb")):
        yield from blocks.list_figure_titles(stable.read_notebook(source))


def draw_single_figure(
    figure_id: str,
    formats: Iterable[str],
    out: Path,
    *,
    language: Language = "en",
    notebooks: Path = paths.NOTEBOOKS,
) -> list[Path]:
    """Execute the chapter that shows a figure and write the figure's files.

    Parameters
    ----------
    formats
        Endings of the files: ``pdf``, ``clear.png``, ``svg``, ….
    out
        The folder to write into.

    Raises
    ------
    MissingSourceError
        If no chapter shows a figure of that id, or it is not drawn in a format.
    """
    source = _find_chapter(figure_id, notebooks)
    own = "" if language == "en" else f"{language}."
    with tempfile.TemporaryDirectory(prefix="sq") as folder:
        alone = Path(folder) / "source"
        alone.mkdir()
        shutil.copyfile(source, alone / source.name)
        studies = tuple(study.resolve() for study in paths.list_study_folders())
        run = Run(alone, studies, Path(folder), pages=True, every=True)
        with keep_verdicts_in(paths.BUILD / "verdicts"):
            execute_notebooks(run)
        names = [f"{figure_id}.{own}{ending}" for ending in formats]
        if absent := [name for name in names if not (run.figures / name).is_file()]:
            raise MissingSourceError(
                f"{absent[0]} is not drawn",
                where=source.name,
                remedy="name another --format or --language",
            )
        out.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copy(run.figures / name, out / name)) for name in names]


def _find_chapter(figure_id: str, notebooks: Path) -> Path:
    for source in sorted(notebooks.glob("*.ipynb")):
        if figure_id in blocks.list_figure_ids(stable.read_notebook(source)):
            return source
    raise MissingSourceError(
        "no chapter shows a figure of that name",
        where=figure_id,
        remedy="run shequn figure without a name to list all",
    )
