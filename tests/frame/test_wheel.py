"""What a wheel installs works anywhere: built, installed and used outside the tree."""

import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from helpers import paths

NO_SOCKETS = """
import socket
def refuse(*_, **__):
    raise OSError("no network")
socket.socket.connect = socket.socket.bind = refuse
"""
DEMO = paths.ROOT / "data" / "raw" / "demo"


class Installed(NamedTuple):
    """An environment of its own that has the wheel, and a folder to work in."""

    python: Path
    room: Path

    def shequn(self, *words: object) -> list[str]:
        """Return a command line of the installed `shequn`."""
        program = self.python.with_name(f"shequn{self.python.suffix}")
        return [str(program), *map(str, words)]

    @property
    def told(self) -> dict:
        """Return where it runs, and with nothing of the checkout's."""
        environment = {"PATH": "", "HOME": str(self.room), "SHEQUN_CHROMIUM": ""}
        return {"cwd": self.room, "env": environment}

    def says(self, *words: object) -> str:
        """Run `shequn` and return what it prints."""
        return subprocess.run(
            self.shequn(*words),
            capture_output=True, check=True, encoding="utf-8", **self.told,
        ).stdout  # fmt: skip


@pytest.fixture(scope="session")
def installed(make_once):
    """Build the wheel and install it, its dependencies lent by this environment."""
    root = make_once("wheel", _install)
    folder = "Scripts" if sys.platform == "win32" else "bin"
    (own,) = (root / "env" / folder).glob(f"python{'.exe' * (folder == 'Scripts')}")
    return Installed(own, root / "elsewhere")


def _install(root):
    def python(*words):
        command = [sys.executable, "-m", *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, cwd=paths.ROOT)

    python("hatchling", "build", "-t", "wheel", "-d", root)
    (wheel,) = root.glob("*.whl")
    environment = root / "env"
    python("venv", "--without-pip", environment)
    folder = "Scripts" if sys.platform == "win32" else "bin"
    (own,) = environment.glob(f"{folder}/python{'.exe' * (folder == 'Scripts')}")
    pip = ["pip", "--python", own, "install", "--no-deps", "--no-index"]
    python(*pip, "--disable-pip-version-check", "--no-compile", wheel)
    (site,) = {one.parent for one in environment.rglob("shequn_evidence")}
    # a .pth lends the folder only: its own .pth files, the checkout's, stay unread
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    (root / "elsewhere").mkdir()


def test_wheel_reads_its_own_installed_files(installed):
    """Code, tables and notebooks are those of the environment, not the checkout's."""
    asked = "from helpers import paths; print(paths.ROOT, *paths.list_study_folders())"
    done = subprocess.run(
        [installed.python, "-c", asked],
        capture_output=True, check=True, encoding="utf-8", **installed.told,
    )  # fmt: skip
    found = done.stdout.split()
    assert all(one.startswith(str(installed.python.parents[1])) for one in found)
    assert len(found) == 1 + len(paths.list_study_folders())


def test_inspect_runs_from_the_wheel(installed):
    """An export is looked at."""
    assert "telegram" in installed.says("inspect", DEMO / "telegram-04.zip").lower()


CANARY = "13/04/2024, 10:0{n} - Kanarie{n} Vogel: hello Kanarie0 Vogel\n"


def sealed(installed, name):
    """Return a folder with a chat of canaries, and how to run without a network."""
    room = installed.room / name
    room.mkdir()
    text = "".join(CANARY.format(n=n) for n in range(5))
    (room / "chat.txt").write_text(text, encoding="utf-8")
    (room / "sitecustomize.py").write_text(NO_SOCKETS, encoding="utf-8")
    told = installed.told
    return room, told | {"env": told["env"] | {"PYTHONPATH": str(room)}}


def test_conversion_leaks_nothing_and_opens_no_socket(installed):
    """Nobody's name is written or printed; a hostile archive is told in a sentence."""
    room, told = sealed(installed, "canaries")
    with zipfile.ZipFile(room / "bad.zip", "w") as archive:
        archive.write(room / "chat.txt", "../chat.txt")
    for name, code in (("chat.txt", 0), ("bad.zip", 1)):
        words = ("convert", room / name, "--to", "chatlab", "-o", room / "out")
        done = subprocess.run(
            installed.shequn(*words),
            capture_output=True, check=False, encoding="utf-8", **told,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert "Kanarie" not in done.stdout + done.stderr
    (written,) = (room / "out").iterdir()
    said = written.read_text(encoding="utf-8")
    assert said.count('"_type": "message"') == 5
    assert "Kanarie" not in said


def test_wheel_refuses_to_rewrite_its_installed_notebooks(installed):
    """Commands that edit the project say that they need its own folder."""
    done = subprocess.run(
        installed.shequn("notebooks"),
        capture_output=True, check=False, encoding="utf-8", **installed.told,
    )  # fmt: skip
    assert done.returncode == 1
    assert "pip install -e" in done.stderr


def test_lab_opens_copies_and_hands_options_on(installed):
    """JupyterLab serves a copy of the notebooks at the port that was asked for."""
    words = ("lab", "--no-browser", "--allow-root", "--port=0")
    with subprocess.Popen(
        installed.shequn(*words),
        stderr=subprocess.PIPE, encoding="utf-8", **installed.told,
    ) as server:  # fmt: skip
        served = next((s for line in server.stderr if (s := _address(line))), None)
        server.kill()  # asked to end while it begins, it may go on
    assert served, "JupyterLab gave no address"
    copies = installed.room / "shequn-build" / "lab"
    assert len(list(copies.glob("*.ipynb"))) == len(
        list(paths.NOTEBOOKS.glob("*.ipynb"))
    )


def _address(line: str) -> str | None:
    found = re.search(r"http://localhost:\d+/lab\?token=", line)
    return found and found[0]


@pytest.mark.long
def test_run_makes_a_study_and_a_page(installed):
    """Exports become a page outside the project, with no network and nobody's name."""
    room, told = sealed(installed, "own")
    chats = DEMO / "telegram-04.zip", room / "chat.txt"
    words = ("run", *chats, "-o", room / "mine")
    done = subprocess.run(
        installed.shequn(*words),
        capture_output=True, check=False, encoding="utf-8", **told,
    )  # fmt: skip
    assert (room / "mine" / "your-groups.html").is_file(), done.stderr
    assert "Kanarie" not in done.stdout + done.stderr
    made = [path for path in (room / "mine").rglob("*") if path.is_file()]
    assert not [path.name for path in made if b"Kanarie" in path.read_bytes()]
