"""Resolve the three locked groups again, with hashes and no addresses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = {"run": [], "test": ["--extra", "test"], "spark": ["--extra", "spark"]}


def resolve(uv: str, group: str) -> None:
    """Write one group; the later ones keep the versions of `run`."""
    base = [] if group == "run" else ["-c", "requirements/run.txt"]
    options = "--generate-hashes --universal --python-version 3.11 --no-emit-index-url"
    command = [uv, "pip", "compile", "-q", *options.split(), *EXTRAS[group], *base]
    target = [
        "--custom-compile-command",
        "make lock",
        "-o",
        f"requirements/{group}.txt",
    ]
    subprocess.run([*command, *target, "pyproject.toml"], cwd=ROOT, check=True)  # noqa: S603 - a fixed command


def main() -> None:
    """Resolve all groups, or say what is missing."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        sys.exit("shequn: locking needs `uv`: install it (`pip install uv`) first.")
    for group in EXTRAS:
        resolve(uv, group)


if __name__ == "__main__":
    main()
