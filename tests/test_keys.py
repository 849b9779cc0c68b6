"""A slow test is left out only while nothing that it rests on has changed."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests import keys
from tests.keys import Recorder, Tree

FILES = {
    "tests/conftest.py": "from helpers.ground import one",
    "tests/test_slow.py": "from helpers.first import (\n    one,\n    two,\n)",
    "tests/test_all.py": "import helpers as sq",
    "tests/test_path.py": "from helpers.paths import ROOT\nTEXT = ROOT / 'README.md'",
    "tests/other.py": "",
    "src/helpers/__init__.py": "import_module(f'helpers.{name}')".replace("'", '"'),
    "src/helpers/ground.py": "",
    "src/helpers/paths.py": "",
    "src/helpers/first/__init__.py": "def f():\n    import helpers.late as late",
    "src/helpers/late.py": 'run(["-m", "helpers.cli"])',
    "src/helpers/cli.py": 'import_module(f"helpers.forms.{name}")',
    "src/helpers/forms/a.py": "",
    "src/helpers/far.py": "",
    "src/helpers/words.toml": "",
    "data/processed/a/t.parquet": "1",
    "notebooks/01.ipynb": "{}",
    "requirements/test.txt": "numpy==2",
    "README.md": "",
    "notebooks/.ruff_cache/x": "",
}
REACHED = ["ground", "first/__init__", "late", "cli", "forms/a"]
ALWAYS = [f"src/helpers/{name}.py" for name in REACHED] + ["src/helpers/words.toml"]
ALWAYS += ["tests/conftest.py", "tests/test_slow.py", *list(FILES)[-6:-2]]


@pytest.fixture
def root(tmp_path):
    """Return a small checkout."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize("changed", FILES)
def test_what_a_test_rests_on_changes_its_key(root, changed):
    """By way of others, imported late, by name, in a command; tables edited by hand."""
    tests = ("tests/test_slow.py", "tests/test_all.py::test_a", "tests/test_path.py")
    before = [Tree(root).compute_key(test) for test in tests]
    (root / changed).write_text(FILES[changed] + "\n# 1", "utf-8")
    after = [Tree(root).compute_key(test) for test in tests]
    slow, every, by_path = (a != b for a, b in zip(before, after, strict=True))
    assert slow == (changed in ALWAYS)
    is_part = changed.startswith("src") or changed in {*ALWAYS} - {"tests/test_slow.py"}
    assert every == (is_part or changed == "tests/test_all.py")
    assert by_path == (is_part or changed in {"tests/test_path.py", "README.md"})


def test_what_python_imports_is_reached():
    """The graph is read from text: it must find at least what is loaded."""
    for name in ("pipeline.__main__", "helpers.own_groups.run", "pipeline.site.build"):
        code = f"import sys, {name}; print(*sys.modules)"
        loaded = subprocess.check_output([sys.executable, "-c", code], text=True)
        tree = Tree()
        own = {one for one in loaded.split() if one in tree.modules} - {"helpers"}
        assert own - tree.follow({name}) == set()


@pytest.mark.parametrize(
    ("outcomes", "status", "written"),
    [
        (["passed", "passed"], 0, "new"),
        (["passed", "failed"], 1, "-"),
        (["passed", "skipped"], 0, "-"),
        (["passed", "skipped long"], 0, "new"),
        ([], 0, "old"),
        (["passed"], 2, "old"),  # broken off
    ],
)
def test_only_what_passed_whole_is_written(
    tmp_path, monkeypatch, outcomes, status, written
):
    """A failure, a skip, or a run broken off proves nothing."""
    monkeypatch.setattr(keys, "LIST", tmp_path / "slow.txt")
    keys.LIST.write_text("tests/test_keys.py old\ntests/conftest.py\n", "utf-8")
    monkeypatch.setattr(Tree, "compute_key", lambda *_: "new")
    recorder = Recorder()
    for outcome in outcomes:
        went, *marks = outcome.split()
        told = {"nodeid": "tests/test_keys.py::a", "outcome": went, "keywords": marks}
        recorder.pytest_runtest_logreport(SimpleNamespace(**told))
    recorder.pytest_sessionfinish(status)
    assert keys.read_list() == {"tests/test_keys.py": written, "tests/conftest.py": ""}
