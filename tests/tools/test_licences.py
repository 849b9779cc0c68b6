"""Licences and the bill of materials say what is there."""

import json
import re
import runpy
import tomllib

from helpers import paths
from helpers.study import open_study

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]


TOOL = runpy.run_path(str(paths.ROOT / "tools" / "licences.py"))


def test_licences_for_machines_are_those_of_the_folders():
    """`make tables` was run after a folder or its licence changed."""
    assert (paths.ROOT / "REUSE.toml").read_text("utf-8") == TOOL["build_reuse_text"]()
    assert PROJECT["license"] == TOOL["build_expression"]()


def test_licence_files_agree_with_the_manifests():
    """Seven folders had none, and the wheel called all of them MIT."""
    said = TOOL["read_licences"]()
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
