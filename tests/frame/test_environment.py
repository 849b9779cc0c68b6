"""environment.yml and the lock name the same versions."""

import re
import tomllib

import pytest
import rattler
import yaml

from helpers import paths

ENVIRONMENT = yaml.safe_load((paths.ROOT / "environment.yml").read_text("utf-8"))
CONDA = [one for one in ENVIRONMENT["dependencies"] if isinstance(one, str)]
(PIP,) = [one["pip"] for one in ENVIRONMENT["dependencies"] if isinstance(one, dict)]


def locked() -> dict[str, set[str]]:
    """Versions that the run lock holds, by package."""
    versions: dict[str, set[str]] = {}
    text = (paths.ROOT / "requirements" / "run.txt").read_text("utf-8")
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        versions.setdefault(name.lower(), set()).add(version)
    return versions


@pytest.mark.parametrize("entry", [one for one in CONDA if one != "pip"])
def test_every_conda_entry_parses_and_matches_the_lock(entry):
    """A strict match-spec parser accepts the entry, and the locked version meets it."""
    spec = rattler.MatchSpec(entry, strict=True)
    if spec.name.normalized == "python":
        return
    versions = locked()[spec.name.normalized]
    wanted = rattler.VersionSpec(spec.version)
    assert any(wanted.matches(rattler.Version(one)) for one in versions)


@pytest.mark.parametrize("entry", [one for one in PIP if not one.startswith("-e")])
def test_every_pip_entry_equals_the_lock(entry):
    """What conda-forge may lack is pinned as in the lock."""
    name, _, version = entry.partition("==")
    assert version in locked()[name]


def test_every_dependency_is_in_the_environment():
    """Nothing that the project imports is forgotten."""
    text = (paths.ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    later = project["optional-dependencies"]
    named = project["dependencies"] + later["notebooks"] + later["site"]
    wanted = {re.split(r"[>=\[]", one)[0].lower() for one in named}
    wanted -= {project["name"]}
    given = {re.split("=+", one)[0] for one in [*CONDA, *PIP]}
    assert wanted <= given


@pytest.mark.parametrize("group", ["run", "test", "spark"])
def test_locks_carry_hashes_and_no_address(group):
    """A lock can be used behind any index and proves every byte."""
    text = (paths.ROOT / "requirements" / f"{group}.txt").read_text("utf-8")
    assert "://" not in text
    pins = re.findall(r"^[\w.-]+==.*$", text, re.MULTILINE)
    assert pins
    assert all(pin.endswith("\\") for pin in pins)
