"""Build the website from executed notebooks and documents."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from helpers import fonts, paths
from helpers.claims import read_register
from helpers.claims.evaluation.verdict_store import keep_verdicts_in, make_verdicts
from helpers.errors import ShequnError
from helpers.figures.display import MIME
from helpers.files import (
    code_checksum,
    compute_checksum,
    compute_checksum_of_parts,
    write_text,
)
from helpers.site.answers.evidence import build_board
from helpers.site.answers.quotable import record_names
from helpers.site.contents import list_printed_pages
from helpers.site.execution import stable
from helpers.site.execution.editions import build_edition, drop_pictures
from helpers.site.execution.execute import Run, execute_notebooks
from helpers.site.pages import list_board_names, list_notebook_names, write_pages
from helpers.site.rendering import FILES
from helpers.site.whole import PrintError, add_pdf, drop_links, find_chromium
from helpers.small_counts import get_notice
from helpers.study import open_studies
from helpers.study.store.progress import show_stage
from helpers.wording import say

THEME = Path(__file__).with_name("theme")
# Sphinx sets the locale of the user's system, which may not be installed there. Python
# itself starts in that locale: in another, it can't read a path with Chinese letters.
SPHINX = """
import os, sys
os.environ["LC_ALL"] = "C"
from sphinx.cmd.build import main
sys.exit(main(sys.argv[1:]))
"""


class SiteError(ShequnError):
    """Sphinx failed or reported a warning while building the website."""


def make_site(
    *,
    study_folders: Iterable[Path] | None = None,
    out: Path = paths.BUILD,
    notebooks: Path = paths.NOTEBOOKS,
    lenient: bool = False,
    pdf: bool = False,
) -> Path:
    """Execute the notebooks and build the website; return its first page.

    Parameters
    ----------
    study_folders
        Processed studies that the notebooks read; by default those of this run.
    out
        The folder of everything that is made; the tree stays clean.
    notebooks
        Where the notebooks lie.
    lenient
        Whether a cell that fails may say so on its page instead of ending the run.
    pdf
        Whether to print the chapters and claims as one PDF, which weighs as much as
        a third of the rest.

    Returns
    -------
    Path
        ``out/site/index.html``. Nothing is executed or rendered that did not change.

    Raises
    ------
    NotebookError
        If a notebook's cell fails.
    SiteError
        If Sphinx warns: a missing reference, a duplicate label, a broken page.
    """
    requested = _build_run(study_folders, out, notebooks)
    run = replace(requested, lenient=lenient, pages=True)
    with keep_verdicts_in(run.out / "verdicts"):
        studies = open_studies(run.studies) if run.studies else []
        make_verdicts(studies)
        board = build_board(studies)
        executed = execute_notebooks(run)
    index = out.resolve() / "site" / "index.html"
    with tempfile.TemporaryDirectory(dir=run.out, prefix=".pages-") as folder:
        source = Path(folder) / "source"
        (source / "figures").mkdir(parents=True)
        numbers = write_pages(run, executed, board, source)
        numbers.write(source)
        stamp, key = run.out / "site.key", _compute_key(source, pdf=pdf)
        last_key = stamp.read_text("utf-8") if stamp.is_file() else ""
        if not (index.is_file() and last_key == key):
            rendered = Path(folder) / "site"
            with show_stage(say("rendering pages")):
                _render_site(source, rendered)
            _copy_downloads(source, rendered)
            if pdf:
                _print_site(source, rendered)
            drop_links(rendered)
            _replace_site(index.parent, rendered)
            write_text(stamp, key)
    return index


def rewrite_notebooks(
    *,
    out: Path = paths.BUILD,
    notebooks: Path = paths.NOTEBOOKS,
    editions: Path = paths.EDITIONS,
) -> list[Path]:
    """Execute the notebooks and write their outputs and an edition per language.

    Returns
    -------
    list of Path
        The files whose bytes changed. The names of new numbers are recorded.
    """
    run = replace(_build_run(None, out, notebooks), pages=True)
    with keep_verdicts_in(run.out / "verdicts"):
        studies = open_studies(run.studies) if run.studies else []
        make_verdicts(studies)
        done = execute_notebooks(run)
        if run.notebooks == paths.NOTEBOOKS:
            record_names(
                list_notebook_names(done) | list_board_names(build_board(studies))
            )
    return [
        path
        for executed in done
        for path in write_editions(executed, notebooks, editions, run.figures)
    ]


def write_editions(
    executed: Path, source: Path, editions: Path, figures: Path
) -> list[Path]:
    """Write an executed notebook to its source, without pictures, and two editions.

    Returns
    -------
    list of Path
        The files whose bytes changed.
    """
    notebook = stable.read_notebook(executed)
    written = {
        source / executed.name: drop_pictures(notebook),
        editions / executed.name: build_edition(notebook, "en", figures),
        editions / "zh" / executed.name: build_edition(notebook, "zh", figures),
    }
    return [
        path
        for path, notebook in written.items()
        if stable.update_notebook(notebook, path)
    ]


def _build_run(folders: Iterable[Path] | None, out: Path, notebooks: Path) -> Run:
    studies = paths.list_study_folders() if folders is None else folders
    out.mkdir(parents=True, exist_ok=True)
    resolved = tuple(study.resolve() for study in studies)
    return Run(notebooks.resolve(), resolved, out.resolve())


def _copy_downloads(source: Path, target: Path) -> None:
    for file in (*source.glob("numbers.*"), source / "references.bib"):
        if file.suffix != ".md":
            shutil.copyfile(file, target / file.name)
    pages = shutil.ignore_patterns("*.md")
    for folder in ("figures", FILES):
        if (source / folder).is_dir():
            place = target / folder
            shutil.copytree(source / folder, place, ignore=pages, dirs_exist_ok=True)
    for file in (target / FILES).glob("*.ipynb"):
        _remove_pictures(file)
    _write_page_font(target)


def _write_page_font(site: Path) -> None:
    """Reduce the pages' font to the characters in pages and their scripts."""
    texts = (*site.rglob("*.html"), *site.glob("*.js"))
    letters = set[str]().union(*(file.read_text(encoding="utf-8") for file in texts))
    face = site / "_static" / fonts.FILE.name
    packed = fonts.compress_font(fonts.subset_font("".join(sorted(letters))))
    face.with_suffix(".woff").write_bytes(packed)
    face.unlink()


def _remove_pictures(file: Path) -> None:
    """Remove the pictures of figures from a notebook; they are in ``figures/``."""
    notebook = stable.read_notebook(file)
    for output in (o for cell in notebook.cells for o in cell.get("outputs", ())):
        if MIME in output.get("data", {}):
            output.data.pop("image/png", None)
    stable.write_notebook(notebook, file)


def _print_site(source: Path, site: Path) -> None:
    """Print the built website to one PDF, if a Chromium browser is installed."""
    if (browser := find_chromium()) is None:
        return
    made = json.loads((source / "site.json").read_text(encoding="utf-8"))
    path = source / "claims"
    claims = [name for name in read_register() if (path / f"{name}.md").is_file()]
    try:
        add_pdf(site, list_printed_pages(made["bars"], claims), browser)
    except PrintError as error:
        sys.stderr.write(f"shequn: {error}\n")


def _compute_key(source: Path, *, pdf: bool) -> str:
    files = sorted(file for file in source.rglob("*") if file.is_file())
    named = [
        f"{file.relative_to(source).as_posix()}:{compute_checksum(file)}"
        for file in files
    ]
    printer = (find_chromium() or "") if pdf else ""
    made_by = (code_checksum(), sys.version, printer, get_notice())
    return compute_checksum_of_parts([*made_by, *named])


def _render_site(source: Path, target: Path) -> None:
    """Run Sphinx on the page sources, in a separate process."""
    at_once = "2" if sys.platform == "linux" else "1"  # others fork less safely
    options = ["-q", "-W", "--keep-going", "-j", at_once, "-b", "html"]
    options += ["-c", str(THEME)]
    doctrees = source.with_name("doctrees")
    command = [sys.executable, "-c", SPHINX, *options, "-d", str(doctrees)]
    fixed = {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
    done = subprocess.run(  # noqa: S603 - our own interpreter and paths
        [*command, str(source), str(target)],
        env=os.environ | fixed | {"SHEQUN_FONT": str(fonts.FILE)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        message = done.stderr.replace(f"{source}{os.sep}", "").strip()
        raise SiteError(
            f"Sphinx reported: {message}",
            where="site",
            remedy="correct the page that the report names",
        )
    (target / ".buildinfo").unlink()
    copies = (target / "_images").glob("*.svg")  # pages show those in figures/
    unused = target.glob("_static/vendor/fontawesome/webfonts/fa-[brv]*.woff2")
    for file in (*copies, *unused, *target.rglob("*.map")):
        file.unlink()
    for file in target.rglob("*.html"):
        write_text(file, _compact_page(file.read_text(encoding="utf-8")))
    shutil.rmtree(target / "_sources", ignore_errors=True)


def _compact_page(page: str) -> str:
    r"""Remove comments, blank lines and indents of a web page, but not of code.

    >>> _compact_page("<p><!-- of the theme -->\n\n  a</p><pre>\n\n  b</pre>")
    '<p>\na</p><pre>\n\n  b</pre>'
    """
    page = re.sub("<!--(?! whole).*?-->", "", page, flags=re.DOTALL)
    first, viewport, rest = page.partition('<meta name="viewport"')
    page = first + viewport + re.sub('<meta name="viewport"[^>]*>', "", rest)
    parts = re.split("(<pre.*?</pre>)", page, flags=re.DOTALL)
    parts[::2] = (re.sub(r"\s*\n\s*", "\n", part) for part in parts[::2])
    return "".join(parts)


def _replace_site(old: Path, new: Path) -> None:
    """Replace the earlier website by the new one."""
    retired = new.with_name("retired")
    if old.exists():
        old.rename(retired)
    new.rename(old)
