"""Licences and the bill of materials say what is there."""

import importlib.util
import json
import re
import tomllib

import pytest

from helpers import paths
from helpers.study import open_study

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture
def tool():
    """Return a function that loads a script of `tools/`."""

    def load(name):
        file = paths.ROOT / "tools" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def test_licences_for_machines_are_those_of_the_folders(tool):
    """`make tables` was run after a folder or its licence changed."""
    licences = tool("licences")
    assert (paths.ROOT / "REUSE.toml").read_text("utf-8") == licences.build_reuse_text()
    assert PROJECT["license"] == licences.build_expression()


def test_licence_files_agree_with_the_manifests(tool):
    """Seven folders had none, and the wheel called all of them MIT."""
    said = tool("licences").read_licences()
    folders = {path.parent.name for path in paths.PROCESSED.glob("*/*")}
    assert {path.split("/")[2] for path in said} == folders
    for folder in paths.list_study_folders():
        named = open_study(folder).manifest.licence
        found = said[f"data/processed/{folder.name}/**"]
        assert found == named.replace("none stated", "LicenseRef-none-stated")


def test_bill_of_materials_lists_the_lock():
    """`make lock` writes both."""
    lock = (paths.ROOT / "requirements" / "run.txt").read_text("utf-8")
    bill = json.loads((paths.ROOT / "requirements/sbom.cdx.json").read_text("utf-8"))
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    parts = {(one["name"], one["version"]) for one in bill["components"]}
    assert parts == {*pins}
    whole = bill["metadata"]["component"]
    assert whole["version"] == PROJECT["version"]
