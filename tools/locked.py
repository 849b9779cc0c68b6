"""Create virtual environments under build/, each from its lock file.

They hold what is no part of the suite: the peers that benchmarks race, and Spark.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def python_in(group: str) -> Path:
    """Return the path of the Python interpreter of an environment."""
    place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return ROOT / "build" / group / place


def python_of(group: str) -> Path:
    """Return the Python of a locked environment, creating it if needed."""
    python, lock = python_in(group), ROOT / "requirements" / f"{group}.txt"
    room = ROOT / "build" / group
    stamp = room / "lock.txt"
    wanted = f"{sys.version}\n{lock.read_text('utf-8')}"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print(f"installing the {group} group under build/ ...", file=sys.stderr)
        venv.create(room, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--require-hashes"]
        subprocess.run([*pip, "-r", str(lock)], check=True)  # noqa: S603 - a fixed command
        stamp.write_text(wanted, "utf-8")
    return python


if __name__ == "__main__":  # `make instruments`
    print(python_of(sys.argv[1]))
