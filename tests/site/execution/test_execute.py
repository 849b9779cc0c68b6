"""Notebooks run once for the same inputs, and say what went wrong."""

import json
import os
import shutil
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from helpers.errors import MissingSourceError
from helpers.site.execution.execute import (
    NotebookError,
    Run,
    _find_key_file,
    _is_fresh,
    execute_notebooks,
)

pytestmark = pytest.mark.notebook


@pytest.fixture
def run(tmp_path, study, still_code):  # noqa: ARG001 - keeps the code still
    """Return a run over two notebooks that need no figure."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for name, source in {"01_a": "print(6 * 7)", "02_b": "1 / 3"}.items():
        put(notebooks / f"{name}.ipynb", source)
    return Run(notebooks, (study,), tmp_path / "out")


def put(path, *sources):
    """Write a notebook of code cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def times(run):
    """Return when each notebook was executed."""
    return {f.stem: f.stat().st_mtime_ns for f in run.executed.glob("*.ipynb")}


def test_only_what_changed_is_executed_again(run):
    """Nothing runs twice; after editing one notebook only that one runs."""
    execute_notebooks(run)
    before = times(run)
    execute_notebooks(run)
    assert times(run) == before
    put(run.notebooks / "02_b.ipynb", "1 / 4")
    execute_notebooks(run)
    assert times(run)["01_a"] == before["01_a"]
    assert times(run)["02_b"] != before["02_b"]


def test_score_tables_are_built_once_before_execution(run, monkeypatch):
    """Two kernels never make them at once, and nobody makes what is not read."""
    made = []
    monkeypatch.setattr(
        "helpers.sentiment.prepare_kernel", lambda: made.append(times(run))
    )
    execute_notebooks(run)
    assert made == []
    put(
        run.notebooks / "03_c.ipynb",
        "# as if from helpers.sentiment import score_texts",
    )
    execute_notebooks(run)
    execute_notebooks(run)
    assert [before.keys() for before in made] == [{"01_a", "02_b"}]


def test_a_changed_table_executes_everything_again(run, tmp_path):
    """Notebooks read tables, so they are stale when a table changes."""
    table = tmp_path / "study" / "groups.parquet"
    table.parent.mkdir()
    table.write_bytes(b"one")
    with_table = Run(run.notebooks, (table.parent,), run.out)
    execute_notebooks(with_table)
    before = times(run)
    table.write_bytes(b"two")
    execute_notebooks(with_table)
    assert not set(before.values()) & set(times(run).values())


def test_two_executions_give_the_same_bytes(run, tmp_path):
    """No time, id or machine enters an executed notebook."""
    first = [path.read_bytes() for path in execute_notebooks(run)]
    again = execute_notebooks(Run(run.notebooks, run.studies, tmp_path / "elsewhere"))
    assert [path.read_bytes() for path in again] == first
    assert b"42" in first[0]
    assert str(tmp_path).encode() not in b"".join(first)


def test_failing_cell_is_named_with_its_error(run):
    """The error names notebook, cell and message; the other notebooks are done."""
    put(run.notebooks / "02_b.ipynb", "x = 1", "raise ValueError('no such table')")
    put(run.notebooks / "03_c.ipynb", "1 / 4")
    put(run.notebooks / "04_d.ipynb", "1 / 5")
    with pytest.raises(NotebookError) as caught:
        execute_notebooks(run)
    assert str(caught.value) == (
        "02_b.ipynb: cell 2 (raise ValueError('no such table')): "
        "ValueError: no such table."
    )
    assert times(run).keys() == {"01_a", "03_c", "04_d"}


def test_kernel_is_cleared_between_notebooks(run, monkeypatch):
    """The second finds no name of the first, and its cells count from 1."""
    monkeypatch.setattr("helpers.site.execution.execute.AT_ONCE", 1)
    for name in ("01_a", "02_b"):
        put(run.notebooks / f"{name}.ipynb", "known = 'x' in globals()", "x = 1; known")
    by_one = "import builtins; found = getattr(builtins, 'ours', 0); builtins.ours = 1"
    put(run.notebooks / "03_c.ipynb", by_one)
    put(run.notebooks / "04_d.ipynb", by_one, "found")
    *_, second, _, same_kernel = [
        nbformat.read(p, as_version=4) for p in execute_notebooks(run)
    ]
    assert second.cells[1].outputs[0].data["text/plain"] == "False"
    assert [cell.execution_count for cell in second.cells] == [1, 2]
    assert same_kernel.cells[1].outputs[0].data["text/plain"] == "1"


def test_pandas_display_options_do_not_leak_between_notebooks(run, monkeypatch):
    """Options of pandas' display are those of a new kernel."""
    monkeypatch.setattr("helpers.site.execution.execute.AT_ONCE", 1)
    wide = "import pandas as pd; pd.options.display.max_colwidth = 300"
    put(run.notebooks / "01_a.ipynb", wide)
    put(
        run.notebooks / "02_b.ipynb",
        "import pandas as pd; pd.options.display.max_colwidth",
    )
    second = nbformat.read(execute_notebooks(run)[1], as_version=4)
    assert second.cells[0].outputs[0].data["text/plain"] == "50"


def test_a_missing_picture_executes_its_notebook_again(made, tmp_path):
    """Of those that a run needs: what its cells show, or all that pages have."""
    shutil.copytree(made / "notebooks", tmp_path / "notebooks")
    shutil.copytree(made / "figures", tmp_path / "figures")
    source, cells = Path("01_first.ipynb"), Run(tmp_path, (), tmp_path)
    key = _find_key_file(cells, source).read_text("utf-8")
    for run, needed in ((replace(cells, pages=True), "json"), (cells, "png")):
        assert _is_fresh(run, source, key)
        (run.figures / f"forest.{needed}").unlink()
        assert not _is_fresh(run, source, key)


def test_pictures_of_editions_do_not_pass_for_those_of_pages(made, tmp_path):
    """A site would lack its SVG files, or show those of an older drawing."""
    shutil.copytree(made / "notebooks", tmp_path / "notebooks")
    shutil.copytree(made / "figures", tmp_path / "figures")
    source, cells = Path("01_first.ipynb"), Run(tmp_path, (), tmp_path)
    key = _find_key_file(cells, source).read_text("utf-8")
    origin = cells.figures / "forest.json"
    facts = json.loads(origin.read_text("utf-8"))
    facts["files"] = {"png": facts["files"]["png"]}
    origin.write_text(json.dumps(facts), encoding="utf-8")
    assert _is_fresh(replace(cells, editions=True), source, key)
    assert not _is_fresh(replace(cells, pages=True), source, key)


def test_no_notebooks_is_an_error(tmp_path):
    """An empty folder is a mistake of the path, not an empty site."""
    with pytest.raises(MissingSourceError, match="no notebooks"):
        execute_notebooks(Run(tmp_path, (), tmp_path / "out"))


@pytest.fixture
def heard():
    """Hear Ctrl-C: what a shell runs in the background is deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill")
def test_ctrl_c_ends_all_notebooks_and_their_kernels(run):
    """None goes on, none is left behind; the next run starts them again."""
    room = run.notebooks.parent
    for name in ("01_a", "02_b"):
        pid = (
            f"import os, time; open({str(room / name)!r}, 'w').write(str(os.getpid()))"
        )
        put(run.notebooks / f"{name}.ipynb", f"{pid}; time.sleep(300)")

    def interrupt():
        while not all((room / name).is_file() for name in ("01_a", "02_b")):
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        execute_notebooks(run)
    assert not list(run.executed.glob("*.ipynb"))
    for name in ("01_a", "02_b"):
        with pytest.raises(ProcessLookupError):
            os.kill(int((room / name).read_text(encoding="ascii")), 0)
