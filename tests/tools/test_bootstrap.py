"""The sentences that a newcomer gets when the environment can't be built."""

import importlib.util
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from helpers import paths

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
SCRIPT = paths.ROOT / "tools" / "bootstrap.py"


@pytest.fixture
def bootstrap():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("version", "word"), [((3, 10, 4), "too old"), ((3, 15, 0), "too new")]
)
def test_wrong_python_gets_one_sentence(bootstrap, capsys, version, word):
    """A Python without wheels in the lock is named and the remedy given."""
    with pytest.raises(SystemExit):
        bootstrap.check_python(version)
    said = capsys.readouterr().err
    assert word in said
    assert said.count("\n") == 1


def test_full_disk_is_reported_before_anything_is_written(
    bootstrap, monkeypatch, capsys
):
    """Too little space stops with both numbers."""
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(9e9, 8e9, 1e9))
    with pytest.raises(SystemExit):
        bootstrap.check_disk("run")
    assert "1.0 GB are free here but 2.0 GB are needed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("log", "word"),
    [
        ("ConnectionError: Temporary failure in name resolution", "network"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES: do not match", "checksum"),
        ("error: something else", "something else"),
    ],
)
def test_installer_output_becomes_one_sentence(bootstrap, log, word):
    """Each way that installing fails has its own words."""
    assert word in bootstrap.explain(log)


def test_missing_venv_module_names_the_package(bootstrap, monkeypatch, capsys):
    """Debian's Python without venv is told what to install."""
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit):
        bootstrap.check_venv()
    assert "python3-venv" in capsys.readouterr().err


def copy_set_up(folder):
    """Copy what `make` needs to set up an environment."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(paths.ROOT / name, folder)
    shutil.copytree(paths.ROOT / "requirements", folder / "requirements")
    (folder / "tools").mkdir()
    shutil.copy(SCRIPT, folder / "tools")


def call_make(folder, *more):
    """Call `make` in a folder; return what it did and said."""
    command = ["make", *more]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


@needs_make
def test_missing_python_gets_one_sentence(tmp_path):
    """`make` without any Python says which to install."""
    copy_set_up(tmp_path)
    done = call_make(tmp_path, "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no no-such-python found" in done.stderr


@needs_make
@pytest.mark.parametrize("link", [None, "nowhere/python", sys.executable])
def test_environment_whose_python_is_gone_is_set_up_again(tmp_path, link):
    """`make` ended in Error 127 for ever: the stamp said that all was installed."""
    copy_set_up(tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    if link:
        python.symlink_to(link)
    (tmp_path / ".venv" / "run.stamp").touch()
    is_set_up_again = "bootstrap.py run" in call_make(tmp_path, "-n").stdout
    assert is_set_up_again == (link != sys.executable)


@pytest.mark.parametrize("has_python", [True, False])
def test_stamp_counts_only_with_a_python(bootstrap, monkeypatch, tmp_path, has_python):
    """The stamp was read before anybody asked whether its Python is there."""
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path))
    monkeypatch.setattr(bootstrap, "LOG", str(tmp_path / "log"))
    monkeypatch.setattr(bootstrap, "is_usable", lambda _: has_python)
    monkeypatch.setattr(bootstrap, "check_disk", lambda _: None)
    stamp, digest = bootstrap.stamp_of("run")
    Path(stamp).write_text(digest)
    ran = []
    monkeypatch.setattr(bootstrap, "run", lambda *command: ran.append(command))
    bootstrap.main("run")
    assert [command[1:3] for command in ran[:1]] == [("-m", "venv")] * (not has_python)


def test_environment_without_pip_or_of_another_python_is_made_anew(bootstrap, tmp_path):
    """`make` ended with a sentence about pip that no reader could act on."""
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    python = bare / Path(bootstrap.SCRIPTS).name / "python"
    assert not bootstrap.is_usable(str(python))
    assert not bootstrap.is_usable(str(tmp_path / "gone"))
    assert bootstrap.is_usable(sys.executable)


def test_read_only_checkout_is_a_sentence(bootstrap, monkeypatch, capsys):
    """It was a traceback about a log file."""
    monkeypatch.setattr(bootstrap.os, "access", lambda *_: False)
    with pytest.raises(SystemExit):
        bootstrap.check_folder()
    assert "copy the project" in capsys.readouterr().err
