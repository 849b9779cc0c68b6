"""Execution of notebooks: stable bytes, errors that name the cell."""

from pathlib import Path

import nbformat
import pytest

from helpers.errors import ShequnError
from helpers.figures.outputs import show_sentence
from helpers.notebooks import (
    NotebookError,
    copy_chapters,
    execute_chapters,
)


def make_notebook(path: Path, *sources: str) -> Path:
    """Make notebook."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.mark.notebook
def test_second_notebook_sees_nothing_of_the_first(tmp_path: Path) -> None:
    """Second notebook sees nothing of the first."""
    first = make_notebook(tmp_path / "01.ipynb", "secret = 1")
    second = make_notebook(tmp_path / "02.ipynb", "'secret' in globals()")
    made = execute_chapters(tmp_path / "out", chapters=[first, second])
    output = nbformat.read(made[1], as_version=4).cells[0].outputs[0]
    assert output.data["text/plain"] == "False"


@pytest.mark.notebook
def test_progress_on_a_slow_machine_stands_below_no_cell(tmp_path: Path) -> None:
    """What was read took more than 15 seconds, and the site could not be built."""
    slow = "from helpers.store.progress import Steps, time\n"
    slow += "Steps('reading', 1, shown=False, _begun=time.monotonic() - 99).next()"
    chapter = make_notebook(tmp_path / "01.ipynb", slow)
    (made,) = execute_chapters(tmp_path / "out", chapters=[chapter])
    assert nbformat.read(made, as_version=4).cells[0].outputs == []


def test_failing_cell_is_named(tmp_path: Path) -> None:
    """Failing cell is named."""
    bad = make_notebook(tmp_path / "01.ipynb", "1", "1 / 0")
    with pytest.raises(NotebookError, match=r"01\.ipynb: cell 2 \(1 / 0\)"):
        execute_chapters(tmp_path / "out", chapters=[bad])


@pytest.mark.notebook
def test_answer_stands_above_the_code_that_makes_it(tmp_path: Path) -> None:
    """Code hosts unfold all code, and the answer stood below it."""
    told = "sq.say('fifty', at='answer')\nsq.say('below')"
    first = "import helpers as sq\nsq.show_answer_first()"
    chapter = make_notebook(tmp_path / "01.ipynb", first, told)
    (made,) = execute_chapters(tmp_path / "out", chapters=[chapter])
    above, below = nbformat.read(made, as_version=4).cells
    answer, *_ = [output.data["text/markdown"] for output in above.outputs]
    assert answer == "fifty"
    assert [output.data["text/markdown"] for output in below.outputs] == ["below"]


def test_place_that_is_not_there_is_named() -> None:
    """A sentence for a place with a typing error was shown nowhere."""
    with pytest.raises(ShequnError, match="nowhere"):
        show_sentence("fifty", at="nowhere")


def test_copies_that_were_changed_are_kept(tmp_path: Path) -> None:
    """Copies that were changed are kept."""
    folder = copy_chapters(tmp_path / "lab")
    (folder / "00_contents.ipynb").write_text("mine", "utf-8")
    copy_chapters(folder)
    assert (folder / "00_contents.ipynb").read_text("utf-8") == "mine"
