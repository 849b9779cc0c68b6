"""Resolve the locked package groups again, with hashes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import sbom

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ["--generate-hashes", "--universal", "--python-version", "3.11"]
ALL = ["pyproject.toml", "--extra", "site", "--group", "editable"]
SAME_AS_RUN = ["-c", "requirements/run.txt"]
GROUPS = {
    "run": ALL,
    "test": [*ALL, "--extra", "test", *SAME_AS_RUN],
    "spark": [*ALL, "--extra", "spark", *SAME_AS_RUN],
    "peers": [
        "requirements/peers.in"
    ],  # what `make bench` and `make instruments` compare with
}


def resolve(uv: str, group: str) -> None:
    """Resolve one group of packages and write its lock file."""
    target = [
        "--custom-compile-command",
        "make lock",
        "-o",
        f"requirements/{group}.txt",
    ]
    command = [uv, "pip", "compile", "-q", "--no-emit-index-url", *OPTIONS, *target]
    subprocess.run([*command, *GROUPS[group]], cwd=ROOT, check=True)  # noqa: S603 - a fixed command


def main() -> None:
    """Resolve all groups of packages, or say what is missing."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        sys.exit("shequn: locking needs `uv`: install it (`pip install uv`) first.")
    for group in GROUPS:
        resolve(uv, group)
    sbom.main()


if __name__ == "__main__":
    main()
