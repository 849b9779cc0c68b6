"""A release is one step, which changes no number."""

import json
import os
import re
import subprocess
import sys

import pytest

from helpers import paths

VERSION, DAY = "9.9.9", "2030-01-02"
SAYS = """
from helpers import __version__
from helpers.citation import read_project
from helpers.study import open_studies
project = read_project()
stamped = {study.manifest.code_version for study in open_studies()}
print(stamped | {__version__, project.version})
print(project.date, len(project.commit), project.url, f"<{project.doi}>")
"""


def _run(*command, at, **more):
    return subprocess.run(
        [*map(str, command)], cwd=at, check=True, capture_output=True, text=True, **more
    ).stdout


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Return a clone in which a release was cut."""
    if not (paths.ROOT / ".git").exists():
        pytest.skip("not a repository")
    clone = tmp_path_factory.mktemp("release") / "project"
    _run("git", "clone", "-q", "--shared", paths.ROOT, clone, at=paths.ROOT)
    apart = {"env": os.environ | {"PYTHONPATH": str(clone / "src")}, "at": clone}
    said = ["--url", "https://x.org/s", "--doi", ""]
    _run(sys.executable, "tools/release.py", VERSION, DAY, *said, **apart)
    return apart


def test_a_release_names_itself_everywhere_and_changes_no_number(released):
    """0.2.0 was edited six times, and the Life Tables had a version of their own."""
    said = _run(sys.executable, "-c", SAYS, **released).splitlines()
    assert said == [str({VERSION}), f"{DAY} 40 https://x.org/s <>"]
    assert "doi:" not in (released["at"] / "CITATION.cff").read_text("utf-8")
    names = _run("git", "diff", "--name-only", at=released["at"]).split("\n")
    assert not [name for name in names if name.endswith((".parquet", ".csv"))]
    for file in (released["at"] / "data" / "processed").rglob("datapackage.json"):
        package = json.loads(file.read_text("utf-8"))
        assert (package["version"], len(package["commit"])) == (VERSION, 40), file
    log = (released["at"] / "CHANGELOG.md").read_text("utf-8")
    assert f"## Unreleased\n\n## {VERSION} ({DAY})\n" in log
    (own,) = re.findall(rf"^## {VERSION}.*?(?=^## )", log, re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^### .*$", own, re.MULTILINE)
    assert len(headings) == len({*headings})


def test_descriptors_after_a_release_are_those_that_code_writes(released):
    """`make tables` and `shequn claims --write` would change nothing."""
    code = """
from helpers.claims.store import read_answers
from pipeline.answers import build_descriptor
from helpers.paths import PROCESSED
from pipeline.publish.descriptor import NAME, build_package_text
assert (PROCESSED / NAME).read_text("utf-8") == build_package_text()
made = build_descriptor(read_answers())
assert (PROCESSED / "answers" / "datapackage.json").read_text("utf-8") == made
"""
    _run(sys.executable, "-c", code, **released)
