"""Who wants the commands and the library only needs neither Jupyter nor Sphinx."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from itertools import chain

import pytest

from helpers import machine, paths
from helpers.errors import MissingSourceError
from helpers.machine import EXTRAS, require_extra

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BROUGHT = {"IPython", "docutils", "jupyter_client", "nbformat", "traitlets"}
LATER = BROUGHT.union(*EXTRAS.values())
USE_ALL = f"""
import sys
class Absent:
    def find_spec(name, *_):
        if name.partition(".")[0] in {sorted(LATER)}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent)
import helpers as sq
from helpers import cli
from helpers.own_groups import app, page, private_page, run
[getattr(sq, name) for name in dir(sq)]
sq.say("said")
"""


def test_extras_are_those_of_the_wheel():
    """A package that moves to another extra moves in both places."""
    named = {
        extra: {re.split(r"[>=\[]", one)[0].replace("-", "_") for one in packages}
        for extra, packages in PROJECT["optional-dependencies"].items()
    }
    for extra, modules in EXTRAS.items():
        assert named[extra] - {"shequn_evidence"} == {*modules}


def test_core_imports_nothing_of_an_extra():
    """Neither the library nor a run asks for a package of one."""
    done = subprocess.run(
        [sys.executable, "-c", USE_ALL],
        env=os.environ | {"PYTHONPATH": str(paths.ROOT / "src")},
        capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("said\n", 0), done.stderr


@pytest.mark.parametrize("name", EXTRAS)
def test_missing_extra_is_a_sentence_with_its_remedy(monkeypatch, name):
    """Not a traceback about a module nobody has heard of."""
    monkeypatch.setattr(machine, "find_spec", lambda _: None)
    with pytest.raises(MissingSourceError, match=rf"pip install .*\[{name}\]"):
        require_extra(name)


def test_every_import_is_of_a_named_dependency():
    """What another package happened to bring went when that one did."""
    later = chain.from_iterable(PROJECT["optional-dependencies"].values())
    wanted = [re.split(r"[>=\[]", one)[0] for one in [*PROJECT["dependencies"], *later]]
    known = {one.replace("-", "_").lower() for one in wanted}
    known |= {*map(str.lower, BROUGHT), "pil", "cycler", "py4j", "helpers", "pipeline"}
    own = paths.ROOT / "src"
    proofs = own / "pipeline" / "validation"  # in the environment of the tests
    for module in own.rglob("*.py"):
        if proofs in module.parents:
            continue
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                first = (node.module or "").partition(".")[0]
                assert first.lower() in known | sys.stdlib_module_names, module
