"""docs/helpers.md and `help(helpers)` say what the library does."""

import inspect
import pydoc
import re
import subprocess
import sys

import matplotlib as mpl
import pytest

import helpers
from helpers.paths import ROOT

PAGE = (ROOT / "docs" / "helpers.md").read_text("utf-8")
NAMED = re.compile(r"^\*{0,2}\w+(?:, \*{0,2}\w+)*(?= :|$)", re.MULTILINE)
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def quiet(monkeypatch):
    """Work in the project's folder, without a window."""
    mpl.use("Agg")
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("quiet")
def test_every_block_of_the_page_runs():
    """A renamed function or column would send a newcomer into a traceback."""
    names = {}
    for block in BLOCKS:
        exec(compile(block, "docs/helpers.md", "exec"), names)  # noqa: S102

    assert 0 < names["lives"].ended.sum() < len(names["lives"])
    assert names["scores"].index.equals(names["cleaned"].index)


def test_first_block_has_at_most_eight_lines():
    """From a blank notebook to a curve."""
    assert len(BLOCKS[0].strip().splitlines()) <= 8
    assert ".plot()" in BLOCKS[0]


def test_page_names_every_function():
    """What the library offers and its page does not show is not found."""
    # what `curve()` calls, and a class of errors, which nobody calls
    shown = {*helpers.__all__} - {"estimate_survival", "ShequnError"}

    assert [name for name in shown if f"sq.{name}(" not in PAGE] == []


def test_help_lists_every_function_with_its_summary():
    """Functions that are imported on first use are missing in `help` by default."""
    text = pydoc.render_doc(helpers, renderer=pydoc.plaintext)
    functions = text.split("FUNCTIONS")[1]

    for name in {*helpers.__all__} - {"ShequnError"}:  # pydoc lists it as a class
        real = getattr(helpers, name)
        assert f"{real.__name__}(" in functions
        assert real.__doc__.splitlines()[0] in functions


@pytest.mark.parametrize("name", helpers.__all__)
def test_docstring_names_each_parameter_and_runs_an_example(name):
    """CONTRIBUTING promised shapes and units that docstrings did not give."""
    function = getattr(helpers, name)
    text = inspect.getdoc(function)
    named = {word for line in NAMED.findall(text) for word in re.findall(r"\w+", line)}
    assert (
        isinstance(function, type)
        or set(inspect.signature(function).parameters) <= named
    )
    assert ">>> " in text


def test_import_loads_no_heavy_library():
    """`shequn --help` imports the package too."""
    words = "import helpers, sys; print('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def test_unknown_name_is_an_attribute_error():
    """`hasattr(helpers, …)` must not raise."""
    assert not hasattr(helpers, "nothing_of_the_kind")


@pytest.mark.parametrize("name", ["survival", "inference", "claims"])
def test_packages_that_the_page_names_are_attributes(name):
    """`sq.survival` was an AttributeError after `import helpers as sq`."""
    assert name in dir(helpers)
    assert getattr(helpers, name).__name__ == f"helpers.{name}"


def test_completion_offers_no_inner_names():
    """Tab completion offered `import_module` and `TYPE_CHECKING`."""
    shown = {name for name in dir(helpers) if not name.startswith("__")}
    assert shown == {*helpers.__all__, *helpers._PACKAGES}
