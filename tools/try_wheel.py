"""Try the wheel in environments of its own: lowest and newest packages, each Python.

Prints a line for each that was tried, and one for each that could not be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = "3.11", "3.14"  # as README promises
DEMO = ROOT / "data" / "raw" / "demo" / "telegram-04.zip"
USE = """
import helpers as sq
from helpers.paths import INSTALLED
assert INSTALLED
assert len(sq.answers())
assert sq.load("fcc_gitter").table("groups").shape[0] > 100
assert sq.tone(["太糟糕了", "how nice"]).shape[0] == 2
print("ok")
"""


def find_python(version: str) -> str | None:
    """Return a Python of a version on this machine, if there is one."""
    names = [f"python{version}", "python3", sys.executable]
    for found in filter(None, map(shutil.which, names)):
        code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run(  # noqa: S603 - a fixed command
            [found, "-c", code], capture_output=True, text=True, check=False
        )
        if done.stdout.strip() == version:
            return found
    return None


def find_uv(room: Path) -> str | None:
    """Return uv, which resolves lowest versions; installed here if it is not there."""
    if found := shutil.which("uv"):
        return found
    venv.create(room / "uv", with_pip=True)
    own = room / "uv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(own / "python"), "-m", "pip", "install", "-q", "uv"]
    done = subprocess.run(pip, capture_output=True, check=False)  # noqa: S603 - fixed
    return None if done.returncode else str(own / "uv")


def try_wheel(uv: str, wheel: Path, python: str, resolution: str, room: Path) -> str:
    """Install the wheel, use its library and read an export; return what failed."""
    environment = room / f"{Path(python).name}-{resolution}"
    own = environment / ("Scripts" if os.name == "nt" else "bin")
    install = [uv, "pip", "install", "-q", "-p", str(environment), str(wheel)]
    steps = [
        [uv, "venv", "-q", "-p", python, str(environment)],
        [*install, "--resolution", resolution],
        [uv, "pip", "check", "-p", str(environment)],
        [str(own / "python"), "-c", USE],
        [str(own / "shequn"), "run", str(DEMO), "-o", str(environment / "out")],
    ]
    alone = {name: v for name, v in os.environ.items() if name != "PYTHONPATH"}
    for step in steps:
        done = subprocess.run(  # noqa: S603 - fixed commands
            step, cwd=room, capture_output=True, text=True, check=False, env=alone
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-2:]
            return f"{Path(step[0]).name} {step[1]}: {' '.join(last)}"
    return ""


def main() -> int:
    """Try every combination that this machine can."""
    failed = False
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        if (uv := find_uv(room)) is None:
            print("not run: the wheel's bounds (no uv here, and none to be had)")
            return 0
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", name]
        subprocess.run(build, cwd=ROOT, capture_output=True, check=True)  # noqa: S603
        (wheel,) = room.glob("*.whl")
        tries = [(OLDEST, "lowest-direct"), (OLDEST, "highest"), (NEWEST, "highest")]
        for version, resolution in tries:
            python = find_python(version)
            what = f"Python {version}, {resolution} packages"
            if python is None:
                print(f"not run: {what} (no such Python here)")
                continue
            wrong = try_wheel(uv, wheel, python, resolution, room)
            failed |= bool(wrong)
            print(f"wheel, {what}: {wrong or 'ok'}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
