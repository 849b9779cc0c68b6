"""What counts as the same for a reader, and that the committed notebooks are."""

import base64
import io
import platform
import sys

import nbformat
import numpy as np
import pytest
from PIL import Image

from helpers import paths
from helpers.site.execution import stable
from helpers.site.execution.editions import build_edition
from helpers.site.execution.execute import Run, execute_notebooks
from tests.site.execution.comparison import compare, same_text

LONG = pytest.mark.long
LOCKED = sys.platform == "linux" and platform.machine() == "x86_64"


def picture(level):
    """Return a grey picture, encoded."""
    buffer = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), level, dtype=np.uint8)).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


def put(path, source="1", **data):
    """Write a notebook with one cell and one output."""
    make = nbformat.v4
    bundle = {key.replace("_", "/"): value for key, value in data.items()}
    output = [make.new_output("display_data", data=bundle)] if bundle else []
    cell = make.new_code_cell(source, outputs=output)
    nbformat.write(make.new_notebook(cells=[cell]), path)
    return path


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"text_plain": "a"}, {"text_plain": "a"}, []),
        ({"text_plain": "1.0"}, {"text_plain": "1.1"}, ["text/plain differs"]),
        ({"source": "1"}, {"source": "2"}, ["the source differs"]),
        ({"text_plain": "a"}, {}, ["the number of outputs differs"]),
        (
            {"text_plain": "a", "image_png": picture(0)},
            {"text_plain": "a"},
            ["image/png is shown by only one of the two"],
        ),
        ({"image_png": picture(100)}, {"image_png": picture(102)}, []),
        (
            {"image_png": picture(100)},
            {"image_png": picture(110)},
            ["the pictures differ by 3.9%"],
        ),
    ],
)
def test_each_kind_of_difference_is_reported(tmp_path, one, other, said):
    """Text and source must agree exactly, pictures to a mean of 1 %."""
    found = compare(
        put(tmp_path / "a.ipynb", **one), put(tmp_path / "b.ipynb", **other)
    )
    assert found == [f"b.ipynb: cell 1: {what}" for what in said]


def test_off_the_locked_platform_numbers_may_differ_in_the_tenth_digit():
    """The tolerance is one part in 10⁹, and words have none."""
    assert same_text("F 0.50000000001", "F 0.5", exact=False)
    assert not same_text("F 0.5000001", "F 0.5", exact=False)
    assert not same_text("G 0.5", "F 0.5", exact=False)
    assert not same_text("1 2", "1", exact=False)


def test_values_behind_printed_numbers_may_differ_by_rounding():
    """Another processor moved a fifteenth digit; a printed digit may not move."""
    told = '<span data-value="{}">{}</span>'

    assert same_text(told.format(6.302413429717843, "6.30"),
                     told.format(6.302413429717841, "6.30"), exact=True)  # fmt: skip
    assert not same_text(
        told.format(6.302, "6.30"), told.format(6.304, "6.30"), exact=True
    )
    assert not same_text(told.format(6.3, "6.30"), told.format(6.3, "6.31"), exact=True)


@pytest.mark.notebook
@pytest.mark.usefixtures("kept_verdicts")
@pytest.mark.parametrize("kinds", ["editions", pytest.param("pages", marks=LONG)])
def test_running_the_notebooks_again_changes_nothing_a_reader_sees(tmp_path, kinds):
    """Each committed notebook equals its execution on the committed tables.

    Every run draws what editions hold and lays out each picture for phones. That each
    is written for pages is drawn by the long variant; in every run
    tests/figures/test_saving.py and tests/site/test_build.py draw figures for pages.
    """
    studies = tuple(paths.list_study_folders())
    run = Run(paths.NOTEBOOKS, studies, paths.BUILD, **{kinds: True})
    done = execute_notebooks(run)
    differences = []
    for executed in done:
        for room in ("", "zh"):
            made = tmp_path / room / executed.name
            book = stable.read_notebook(executed)
            edition = build_edition(book, room or "en", run.figures)
            stable.update_notebook(edition, made)
            committed = paths.EDITIONS / room / executed.name
            differences += compare(made, committed, exact=LOCKED)
    assert not differences, "run `make notebooks` and look at what changed"
